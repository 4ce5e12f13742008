import { isIP, SocketAddress } from 'node:net';
import { type NodeError, nodeError } from './node-error.ts';

/** As much of a certificate, in Node's shape, as names need. */
export interface NamedCertificate {
  readonly subject?: { readonly CN?: string | readonly string[] } | undefined;
  readonly subjectaltname?: string | undefined;
}

export type IdentityError = NodeError & { reason: string; host: string; cert: NamedCertificate };

/**
 * Node's `tls.checkServerIdentity`: an error, not thrown but returned, unless the certificate is for this host name
 * or IP address. subjectAltName counts; the common name does where no DNS name is there.
 */
export function checkServerIdentity(hostname: string, cert: NamedCertificate): IdentityError | undefined {
  const host = `${hostname}`.replace(/\.$/, '');
  const reason = mismatch(host, cert);
  return reason === null ? undefined : identityError(reason, host, cert);
}

/** ERR_TLS_CERT_ALTNAME_INVALID with Node's properties. */
export function identityError(reason: string, host: string, cert: NamedCertificate): IdentityError {
  const message = `Hostname/IP does not match certificate's altnames: ${reason}`;
  return Object.assign(nodeError(Error, 'ERR_TLS_CERT_ALTNAME_INVALID', message), { reason, host, cert });
}

function mismatch(host: string, cert: NamedCertificate): string | null {
  const altNames = cert.subjectaltname;
  const names = altNames === undefined ? [] : splitAltNames(altNames);
  const dns = names.filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4));
  if (isIP(host) !== 0) {
    const ips = names.filter((name) => name.startsWith('IP Address:')).map((name) => canonical(name.slice(11)));
    return ips.includes(canonical(host)) ? null : `IP: ${host} is not in the cert's list: ${ips.join(', ')}`;
  }
  const parts = split(host);
  if (dns.length > 0) {
    const found = dns.some((pattern) => matches(parts, pattern));
    return found ? null : `Host: ${host}. is not in the cert's altnames: ${altNames}`;
  }
  const common = cert.subject?.CN;
  if (!common) return 'Cert does not contain a DNS name';
  const found = typeof common === 'string' ? matches(parts, common) : common.some((name) => matches(parts, name));
  return found ? null : `Host: ${host}. is not cert's CN: ${common}`;
}

/** Names are separated by ", "; those with odd characters are JSON strings, whose quotes may hide a separator. */
function splitAltNames(altNames: string): string[] {
  if (!altNames.includes('"')) return altNames.split(', ');
  const names: string[] = [];
  let name = '';
  for (let at = 0; at < altNames.length; ) {
    if (altNames[at] === '"') {
      const end = endOfString(altNames, at);
      name += unquoted(altNames.slice(at, end));
      at = end;
    } else if (altNames[at] === ',') {
      names.push(name);
      name = '';
      at += 2;
    } else name += altNames[at++];
  }
  names.push(name);
  return names;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += text[at] === '\\' ? 2 : 1) if (text[at] === '"') return at + 1;
  return text.length;
}

function unquoted(json: string): string {
  try {
    return JSON.parse(json) as string;
  } catch (cause) {
    const message = 'Invalid subject alternative name string';
    throw nodeError(SyntaxError, 'ERR_TLS_CERT_ALTNAME_FORMAT', message, cause);
  }
}

/** Whether a name of a certificate, which may have one wildcard in its first label, covers the host's labels. */
function matches(host: readonly string[], pattern: string): boolean {
  if (pattern === '') return false;
  const labels = split(pattern);
  if (labels.length !== host.length || labels.includes('') || labels.some((label) => /[^\u0021-\u007f]/.test(label))) {
    return false;
  }
  for (let i = host.length - 1; i > 0; i--) if (host[i] !== labels[i]) return false;
  const first = labels[0]!;
  const [prefix, suffix, more] = first.split('*');
  if (suffix === undefined || first.includes('xn--')) return host[0] === first;
  if (more !== undefined || labels.length <= 2) return false;
  const left = host[0]!;
  return left.length >= prefix!.length + suffix.length && left.startsWith(prefix!) && left.endsWith(suffix);
}

/** Only A to Z have a lower case in DNS. */
function split(name: string): string[] {
  return name
    .replace(/\.$/, '')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .split('.');
}

/** One spelling for each address; what is no address has none. */
function canonical(address: string): string | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return new SocketAddress({ address, family: version === 6 ? 'ipv6' : 'ipv4' }).address;
}
