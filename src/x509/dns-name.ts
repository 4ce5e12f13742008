/** What may stand in a DNS name besides letters, digits and hyphens. */
export interface DnsSyntax {
  /** `*` as the whole first label, before at least two more. */
  readonly wildcard?: boolean;
  /** `_`, which host names may not have but home-made certificates do. */
  readonly underscore?: boolean;
}

const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

/**
 * Whether this is a host name in the preferred syntax of RFC 1034, section 3.5 (as RFC 5280, section 4.2.1.6 demands),
 * internationalised labels in their ASCII form. A name whose last label has only digits is taken for an address.
 */
export function isDnsName(text: string, syntax: DnsSyntax = {}): boolean {
  if (text.length === 0 || text.length > LONGEST_NAME) return false;
  const labels = text.split('.');
  const first = syntax.wildcard === true && labels[0] === '*' && labels.length > 2 ? 1 : 0;
  for (let i = first; i < labels.length; i++) if (!isLabel(labels[i]!, syntax.underscore === true)) return false;
  return !/^[0-9]+$/.test(labels[labels.length - 1]!);
}

/** Lower case for A to Z alone: other characters have no place in a DNS name. */
export function lowerCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (part) => part.toLowerCase()) : text;
}

/**
 * Whether a presented name covers a reference name (RFC 9525, section 6.3); both in lower case. A wildcard stands for
 * one whole label, the leftmost.
 */
export function dnsNameMatches(presented: string, reference: string): boolean {
  if (!presented.startsWith('*.')) return presented === reference;
  const dot = reference.indexOf('.');
  return dot > 0 && reference.slice(dot) === presented.slice(1);
}

function isLabel(label: string, underscore: boolean): boolean {
  if (label.length === 0 || label.length > LONGEST_LABEL) return false;
  return (underscore ? /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/ : /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/).test(
    label,
  );
}
