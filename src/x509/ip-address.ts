/** The 4 or 16 octets of an IP address in its usual text forms (RFC 4291, section 2.2); null if it is none. */
export function parseIpAddress(text: string): Uint8Array | null {
  return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
}

/** `192.0.2.1`, `2001:db8::1` (RFC 5952), or hex for other lengths. */
export function ipAddressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups: number[] = [];
  for (let i = 0; i + 1 < octets.length; i += 2) groups.push(octets[i]! * 256 + octets[i + 1]!);
  if (groups.length !== 8 || octets.length !== 16) return `${octets.length} octets`;
  const gap = longestGap(groups);
  const text = (list: readonly number[]) => list.map((group) => group.toString(16)).join(':');
  return gap === null ? text(groups) : `${text(groups.slice(0, gap.from))}::${text(groups.slice(gap.to))}`;
}

function ipv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  for (const part of parts) if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null;
  return new Uint8Array(parts.map(Number));
}

function ipv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = head.concat(new Array<number>(missing).fill(0), tail);
  const octets = new Uint8Array(16);
  groups.forEach((group, i) => {
    octets[2 * i] = group >> 8;
    octets[2 * i + 1] = group;
  });
  return octets;
}

/** `last`: the part ends the address, so that it may end in dotted decimal. */
function groupsOf(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const v4 = last && i === parts.length - 1 && part.indexOf('.') >= 0 ? ipv4(part) : null;
    if (v4 !== null) groups.push(v4[0]! * 256 + v4[1]!, v4[2]! * 256 + v4[3]!);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** The first of the longest runs of two or more zero groups. */
function longestGap(groups: readonly number[]): { from: number; to: number } | null {
  let best = { from: 0, to: 0 };
  for (let from = 0; from < groups.length; from++) {
    let to = from;
    while (to < groups.length && groups[to] === 0) to++;
    if (to - from > best.to - best.from) best = { from, to };
  }
  return best.to - best.from > 1 ? best : null;
}
