/** The contents of a UTCTime `YYMMDDHHMMSSZ` as seconds since 1970; null if they are anything else. */
export function utcTime(bytes: Uint8Array, from: number, to: number): number | null {
  if (to - from !== 13) return null;
  const year = number(bytes, from, 2);
  return seconds(bytes, from + 2, to, year >= 50 ? 1900 + year : 2000 + year, year);
}

/** The contents of a GeneralizedTime `YYYYMMDDHHMMSSZ` as seconds since 1970; null if they are anything else. */
export function generalizedTime(bytes: Uint8Array, from: number, to: number): number | null {
  if (to - from !== 15) return null;
  const year = number(bytes, from, 4);
  return seconds(bytes, from + 4, to, year, year);
}

/** `2026-11-21T01:31:00Z`. */
export function timeText(time: number): string {
  const days = Math.floor(time / 86_400);
  const rest = time - days * 86_400;
  // Days are counted from 1 March, so that the leap day ends a year; an era has 400 years.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60];
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${clock.map((part) => padded(part, 2)).join(':')}Z`;
}

function seconds(bytes: Uint8Array, from: number, to: number, year: number, digits: number): number | null {
  const month = number(bytes, from, 2);
  const day = number(bytes, from + 2, 2);
  const hour = number(bytes, from + 4, 2);
  const minute = number(bytes, from + 6, 2);
  const second = number(bytes, from + 8, 2);
  if (digits < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(month, year)) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  if (bytes[to - 1] !== 0x5a) return null;
  return (daysSince1970(year, month, day) * 24 + hour) * 3600 + minute * 60 + second;
}

/** The number that decimal digits stand for; -1 if one of them is not a digit. */
function number(bytes: Uint8Array, from: number, size: number): number {
  let value = 0;
  for (let i = from; i < from + size; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function padded(value: number, size: number): string {
  return String(value).padStart(size, '0');
}
