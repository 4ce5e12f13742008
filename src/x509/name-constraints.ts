import { OID } from '../asn1/index.ts';
import type { Budget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { isDnsName, lowerCase } from './dns-name.ts';
import type { NameConstraints } from './extensions.ts';
import type { GeneralName, GeneralNameKind } from './general-name.ts';
import { ipAddressText, parseIpAddress } from './ip-address.ts';
import { mailboxKey, parseMailbox } from './mailbox.ts';
import type { Name } from './name.ts';
import { Subtrees } from './subtrees.ts';
import { uriHost } from './uri-host.ts';

/** NameConstraints ready for use. */
export interface CompiledConstraints {
  readonly permitted: Subtrees;
  readonly excluded: Subtrees;
}

export function compileConstraints(constraints: NameConstraints): CompiledConstraints {
  return { permitted: new Subtrees(constraints.permitted ?? []), excluded: new Subtrees(constraints.excluded ?? []) };
}

/** The compiled constraints of a certificate; null if it has none. */
export function constraintsOf(certificate: Certificate): CompiledConstraints | null {
  return certificate.remember('compiled constraints', () => {
    const constraints = certificate.nameConstraints;
    return constraints === null ? null : compileConstraints(constraints);
  });
}

/**
 * What in this certificate violates the constraints (RFC 5280, section 4.2.1.10), in words; null if nothing does.
 * Each pair of a name and a constraint counts against the budget, as if they were compared one by one. `server`: it is a server's certificate, so
 * that somebody may take its common name for its host where it has no alternative name.
 */
export function violation(
  certificate: Certificate,
  constraints: CompiledConstraints,
  budget: Budget,
  server: boolean,
): string | null {
  const { permitted, excluded } = constraints;
  const names = constrainedNames(certificate, server);
  budget.compareNames(names.length * (permitted.size + excluded.size));
  for (const name of names) {
    if (!isBound(name, constraints)) continue;
    const problem = check(name, permitted, excluded);
    if (problem !== null) return problem;
  }
  return null;
}

/** The subject, all alternative names, and what stands in for them where there are none. */
function constrainedNames(certificate: Certificate, server: boolean): readonly GeneralName[] {
  return certificate.remember(server ? 'constrained names of a server' : 'constrained names', () => {
    const { subject, subjectAltName } = certificate;
    const names: GeneralName[] = subject.isEmpty ? [] : [{ kind: 'directory', value: subject }];
    const hasMail = subjectAltName?.some(({ kind }) => kind === 'email') ?? false;
    const hosts = server && subjectAltName === null ? hostsInSubject(subject) : [];
    return names.concat(subjectAltName ?? [], hasMail ? [] : mailInSubject(subject), hosts);
  });
}

function hostsInSubject(subject: Name): GeneralName[] {
  const names: GeneralName[] = [];
  for (const value of subject.values(OID.commonName)) {
    const address = parseIpAddress(value);
    if (address !== null) names.push({ kind: 'ip', value: address });
    else if (isDnsName(value, { wildcard: true, underscore: true })) names.push({ kind: 'dns', value });
  }
  return names;
}

function mailInSubject(subject: Name): GeneralName[] {
  return subject.values(OID.emailAddress).map((value) => ({ kind: 'email', value }));
}

function check(name: GeneralName, permitted: Subtrees, excluded: Subtrees): string | null {
  const broken = permitted.malformed[name.kind] ?? excluded.malformed[name.kind];
  if (broken !== undefined) return `the constraint ${broken} is malformed`;
  switch (name.kind) {
    case 'dns':
      return checkDns(name.value, permitted, excluded);
    case 'ip':
      return checkAddress(name.value, permitted, excluded);
    case 'email':
      return checkMail(name.value, permitted, excluded);
    case 'uri':
      return checkUri(name.value, permitted, excluded);
    case 'directory':
      return verdict(
        name.kind,
        `"${name.value}"`,
        permitted,
        permitted.hasDirectory(name.value),
        excluded.hasDirectory(name.value),
      );
    default:
      return `a name of a kind (${name.kind}) whose constraints are not supported`;
  }
}

function checkDns(value: string, permitted: Subtrees, excluded: Subtrees): string | null {
  if (!isDnsName(value, { wildcard: true, underscore: true })) return 'a DNS name that is malformed';
  const name = lowerCase(value);
  return verdict('dns', name, permitted, permitted.allDns(name), excluded.someDns(name));
}

function checkAddress(octets: Uint8Array, permitted: Subtrees, excluded: Subtrees): string | null {
  if (octets.length !== 4 && octets.length !== 16) return 'an IP address that is malformed';
  return verdict('ip', ipAddressText(octets), permitted, permitted.hasAddress(octets), excluded.hasAddress(octets));
}

function checkMail(value: string, permitted: Subtrees, excluded: Subtrees): string | null {
  const mailbox = parseMailbox(value);
  if (mailbox === null) return 'a mailbox that is malformed';
  const key = mailboxKey(mailbox);
  const within = (subtrees: Subtrees) => subtrees.hasMailbox(key, mailbox.host);
  return verdict('email', key, permitted, within(permitted), within(excluded));
}

function checkUri(value: string, permitted: Subtrees, excluded: Subtrees): string | null {
  const host = uriHost(value);
  if (host === null) return 'a URI without a host name';
  return verdict('uri', host, permitted, permitted.hasUriHost(host), excluded.hasUriHost(host));
}

function verdict(
  kind: GeneralNameKind,
  shown: string,
  permitted: Subtrees,
  inside: boolean,
  out: boolean,
): string | null {
  if (out) return `${shown} is excluded`;
  return permitted.count(kind) > 0 && !inside ? `${shown} is not permitted` : null;
}

/** Mail constraints also bind mailboxes in otherName form (RFC 9598), which are not taken apart here. */
function isBound(name: GeneralName, { permitted, excluded }: CompiledConstraints): boolean {
  if (permitted.count(name.kind) + excluded.count(name.kind) > 0) return true;
  const mailbox = name.kind === 'other' && name.oid === OID['id-on-SmtpUTF8Mailbox'];
  return mailbox && permitted.count('email') + excluded.count('email') > 0;
}
