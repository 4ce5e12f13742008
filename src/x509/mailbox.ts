import { isDnsName, lowerCase } from './dns-name.ts';

/** A mailbox as rfc822Name has it (RFC 5280, section 4.2.1.6). */
export interface Mailbox {
  /** As it stands: upper and lower case differ, and no character is special. */
  readonly local: string;
  /** In lower case. */
  readonly host: string;
}

const ATOMS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const QUOTED = /^"([\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/;

/** Reads `local@host`; null if it is malformed. */
export function parseMailbox(text: string): Mailbox | null {
  const at = text.lastIndexOf('@');
  if (at < 1) return null;
  const local = text.slice(0, at);
  const host = text.slice(at + 1);
  if (local.length > 64 || !(ATOMS.test(local) || QUOTED.test(local)) || !isDnsName(host)) return null;
  return { local, host: lowerCase(host) };
}

/** Equal for mailboxes that match. */
export function mailboxKey(mailbox: Mailbox): string {
  return `${mailbox.local}@${mailbox.host}`;
}
