const LONGEST = 64;

/** The dotted form of an OBJECT IDENTIFIER's contents (X.690, section 8.19); null if they are malformed. */
export function oidText(bytes: Uint8Array, from: number, to: number): string | null {
  if (to === from || to - from > LONGEST || bytes[to - 1]! >= 0x80) return null;
  let text = '';
  let at = from;
  while (at < to) {
    const start = at;
    if (bytes[at] === 0x80) return null;
    let arc = 0;
    while (bytes[at]! >= 0x80) arc = arc * 128 + (bytes[at++]! & 0x7f);
    arc = arc * 128 + bytes[at++]!;
    if (at - start > 7) text += `.${longArc(bytes, start, at)}`;
    else if (start > from) text += `.${arc}`;
    else text = arc < 80 ? `${Math.floor(arc / 40)}.${arc % 40}` : `2.${arc - 80}`;
  }
  return text[0] === '.' ? null : text;
}

/** Arcs above 2^49, such as those made of UUIDs, in decimal. */
function longArc(bytes: Uint8Array, from: number, to: number): string {
  let digits: number[] = [0];
  for (let i = from; i < to; i++) {
    let carry = bytes[i]! & 0x7f;
    const product: number[] = [];
    for (const digit of digits) {
      const value = digit * 128 + carry;
      product.push(value % 10);
      carry = Math.floor(value / 10);
    }
    for (; carry > 0; carry = Math.floor(carry / 10)) product.push(carry % 10);
    digits = product;
  }
  return digits.reverse().join('');
}

/** The contents of an OBJECT IDENTIFIER in dotted form whose arcs are below 2^53. */
export function oidBytes(text: string): Uint8Array {
  const arcs = text.split('.').map(Number);
  const bytes: number[] = [];
  const all = [arcs[0]! * 40 + arcs[1]!, ...arcs.slice(2)];
  for (const arc of all) {
    const groups = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.push(128 + (rest % 128));
    bytes.push(...groups.reverse());
  }
  return new Uint8Array(bytes);
}
