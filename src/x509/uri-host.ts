import { isDnsName, lowerCase } from './dns-name.ts';

const AUTHORITY = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/;

/** The host name in the authority of a URI (RFC 3986, section 3.2), in lower case; null if it has none. */
export function uriHost(uri: string): string | null {
  const authority = AUTHORITY.exec(uri);
  if (authority === null) return null;
  const host = authority[1]!.slice(authority[1]!.lastIndexOf('@') + 1).replace(/:[0-9]*$/, '');
  return isDnsName(host, { underscore: true }) ? lowerCase(host) : null;
}

/** Whether this is an absolute URI by its first look (RFC 5280, section 4.2.1.6: a scheme and something behind it). */
export function isAbsoluteUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/.test(text);
}
