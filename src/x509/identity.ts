import { OID } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import { fail, isTlsError } from '../errors/index.ts';
import type { Certificate } from './certificate.ts';
import { dnsNameMatches, isDnsName, lowerCase } from './dns-name.ts';
import type { GeneralName } from './general-name.ts';
import { ipAddressText, parseIpAddress } from './ip-address.ts';
import { mailboxKey, parseMailbox } from './mailbox.ts';

/** The name that is expected of a server (RFC 9525, section 6.1), read once. */
export type Reference =
  | { readonly kind: 'dns'; readonly name: string }
  | { readonly kind: 'ip'; readonly octets: Uint8Array };

export interface NameOptions {
  /** Let the subject's common name count where there is no subjectAltName at all, as RFC 9525 forbids. */
  readonly legacyCommonName?: boolean;
}

const MOST_SHOWN = 8;

/**
 * Reads `example.com`, `10.0.0.1`, `2001:db8::1` or `[2001:db8::1]`. Fails with ERR_TLS_CONFIG on anything else;
 * international names have to come in their ASCII form.
 */
export function parseReference(host: string): Reference {
  const bracketed = host.startsWith('[') && host.endsWith(']');
  const octets = parseIpAddress(bracketed ? host.slice(1, -1) : host);
  if (octets !== null) return { kind: 'ip', octets };
  const name = lowerCase(host.endsWith('.') ? host.slice(0, -1) : host);
  if (!bracketed && isDnsName(name, { underscore: true })) return { kind: 'dns', name };
  return fail('ERR_TLS_CONFIG', `"${host}" is neither a host name in ASCII form nor an IP address`);
}

/**
 * Checks that the certificate is for this server (RFC 9525, section 6): DNS names with wildcards, addresses by their
 * octets. Returns the name in the certificate that matched. Fails with ERR_TLS_CERT_ALTNAME_INVALID.
 */
export function verifyServerName(
  certificate: Certificate,
  host: string | Reference,
  options: NameOptions = {},
): string {
  const reference = typeof host === 'string' ? parseReference(host) : host;
  const names = certificate.subjectAltName;
  const found = names === null ? commonName(certificate, reference, options) : alternativeName(names, reference);
  if (found !== null) return found;
  const wanted = reference.kind === 'dns' ? reference.name : ipAddressText(reference.octets);
  return fail('ERR_TLS_CERT_ALTNAME_INVALID', {
    detail: `${wanted} is not among its names (${names === null ? 'it has no subjectAltName' : shown(names)})`,
    certificate: certificate.der,
  });
}

/** Checks that every one of these mailboxes is in the certificate as rfc822Name. Fails with ERR_TLS_CERT_EMAIL_MISMATCH. */
export function verifyEmails(certificate: Certificate, mailboxes: readonly string[]): void {
  const present: string[] = [];
  for (const name of certificate.subjectAltName ?? []) {
    const mailbox = name.kind === 'email' ? parseMailbox(name.value) : null;
    if (mailbox !== null) present.push(mailboxKey(mailbox));
  }
  for (const wanted of mailboxes) {
    const mailbox = parseMailbox(wanted);
    if (mailbox === null) fail('ERR_TLS_CONFIG', `"${wanted}" is not a mailbox`);
    if (present.indexOf(mailboxKey(mailbox)) >= 0) continue;
    fail('ERR_TLS_CERT_EMAIL_MISMATCH', { detail: `${wanted} is not in it`, certificate: certificate.der });
  }
}

/**
 * All names in subjectAltName that have a text, such as `DNS:example.com`, `IP:192.0.2.1`, `email:` or `URI:`. None if it
 * is malformed, which a profile may let pass where no name is asked for.
 */
export function namesOf(certificate: Certificate): string[] {
  const texts: string[] = [];
  for (const name of readable(certificate)) {
    if (name.kind === 'ip') texts.push(`IP:${ipAddressText(name.value)}`);
    else if (name.kind === 'dns') texts.push(`DNS:${visible(name.value)}`);
    else if (name.kind === 'email') texts.push(`email:${visible(name.value)}`);
    else if (name.kind === 'uri') texts.push(`URI:${visible(name.value)}`);
    else if (name.kind === 'directory') texts.push(`DirName:${name.value}`);
  }
  return texts;
}

function readable(certificate: Certificate): readonly GeneralName[] {
  try {
    return certificate.subjectAltName ?? [];
  } catch (error) {
    if (isTlsError(error)) return [];
    throw error;
  }
}

function visible(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?');
}

function alternativeName(names: readonly GeneralName[], reference: Reference): string | null {
  for (const name of names) {
    if (reference.kind === 'dns' && name.kind === 'dns' && covers(name.value, reference.name)) return name.value;
    if (reference.kind === 'ip' && name.kind === 'ip' && equalBytes(name.value, reference.octets))
      return ipAddressText(name.value);
  }
  return null;
}

function commonName(certificate: Certificate, reference: Reference, options: NameOptions): string | null {
  if (options.legacyCommonName !== true) return null;
  for (const name of certificate.subject.values(OID.commonName)) {
    if (reference.kind === 'dns' ? covers(name, reference.name) : isAddress(name, reference.octets)) return name;
  }
  return null;
}

function covers(presented: string, reference: string): boolean {
  return isDnsName(presented, { wildcard: true, underscore: true }) && dnsNameMatches(lowerCase(presented), reference);
}

function isAddress(text: string, octets: Uint8Array): boolean {
  const address = parseIpAddress(text);
  return address !== null && equalBytes(address, octets);
}

function shown(names: readonly GeneralName[]): string {
  const texts: string[] = [];
  for (const name of names) {
    if (name.kind === 'dns') texts.push(visible(name.value.slice(0, 100)));
    else if (name.kind === 'ip') texts.push(ipAddressText(name.value));
  }
  const more = texts.length > MOST_SHOWN ? ` and ${texts.length - MOST_SHOWN} more` : '';
  return texts.length === 0 ? 'it has none for servers' : texts.slice(0, MOST_SHOWN).join(', ') + more;
}
