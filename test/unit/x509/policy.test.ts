import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { type Ca, type CertificateOptions, extension, makeCa } from '../../support/pki.ts';
import { codeFor, verify } from './verify.ts';

const A = '1.3.6.1.4.1.1.1';
const B = '1.3.6.1.4.1.1.2';
const ANY = OID.anyPolicy;
const POLICY = 'ERR_TLS_CERT_POLICY';
const root = makeCa({ name: 'Root' });

const constraints = (explicit: number | null, mapping: number | null = null) =>
  extension(
    OID.policyConstraints,
    der.sequence(
      ...[explicit, mapping].flatMap((skip, i) => (skip === null ? [] : [der.implicit(i, new Uint8Array([skip]))])),
    ),
    true,
  );
const inhibitAny = (skip: number) => extension(OID.inhibitAnyPolicy, der.integer(skip), true);
const mapped = (...pairs: readonly (readonly [string, string])[]) =>
  extension(OID.policyMappings, der.sequence(...pairs.map(([a, b]) => der.sequence(der.oid(a), der.oid(b)))), true);

/** A chain of authorities with these options, the outermost first, and a leaf with the last. */
function chain(...options: CertificateOptions[]) {
  let ca: Ca = root;
  const above: Ca[] = [];
  options.slice(0, -1).forEach((each, i) => {
    ca = ca.intermediate({ name: `CA ${i}`, ...each });
    above.unshift(ca);
  });
  return [ca.issue(options[options.length - 1]!), ...above];
}

const policiesOf = (...options: CertificateOptions[]) => verify(chain(...options), [root]).policies;
const codeOf = (...options: CertificateOptions[]) => codeFor(chain(...options), [root]);
const explicit = [constraints(0)];

describe('policies', () => {
  it('are those that every certificate has', () => {
    expect(policiesOf({ policies: [A, B] }, { policies: [B] })).toEqual([B]);
    expect(policiesOf({ policies: [ANY] }, { policies: [B] })).toEqual([B]);
    expect(policiesOf({ policies: [A] }, { policies: [ANY] })).toEqual([A]);
    expect(policiesOf({ policies: [ANY] }, { policies: [ANY] })).toEqual([ANY]);
    expect(policiesOf({ policies: [A] }, { policies: [B] })).toEqual([]);
    expect(policiesOf({}, { policies: [B] })).toEqual([]);
  });

  it('are required only where an authority says so', () => {
    expect(codeOf({ policies: [A] }, { policies: [B] })).toBeNull();
    expect(codeOf({ policies: [A], extensions: explicit }, { policies: [A] })).toBeNull();
    expect(codeOf({ policies: [A], extensions: explicit }, { policies: [B] })).toBe(POLICY);
    expect(codeOf({ policies: [A], extensions: explicit }, {})).toBe(POLICY);
    expect(codeOf({ extensions: explicit }, { policies: [A] })).toBe(POLICY);
  });

  it('are required so many certificates later', () => {
    const later = (skip: number) => ({ policies: [A], extensions: [constraints(skip)] });
    expect(codeOf(later(1), { policies: [A] }, {})).toBe(POLICY);
    expect(codeOf(later(2), { policies: [A] }, {})).toBe(POLICY);
    expect(codeOf(later(3), { policies: [A] }, {})).toBeNull();
    expect(codeOf({}, { extensions: [constraints(0)] })).toBe(POLICY);
  });

  it('are mapped from one domain to another, unless that is inhibited', () => {
    const mapping = { policies: [A], extensions: [constraints(0), mapped([A, B])] };
    expect(codeOf(mapping, { policies: [B] })).toBeNull();
    expect(codeOf(mapping, { policies: [A] })).toBe(POLICY);
    expect(codeOf({ policies: [ANY], extensions: [constraints(0), mapped([A, B])] }, { policies: [B] })).toBeNull();
    const inhibited = { policies: [A], extensions: [constraints(0, 0)] };
    expect(codeOf(inhibited, { policies: [A], extensions: [mapped([A, B])] }, { policies: [B] })).toBe(POLICY);
    expect(codeOf({ policies: [A], extensions: [mapped([A, ANY])] }, {})).toBe(POLICY);
    expect(codeOf({ policies: [A], extensions: [mapped([ANY, A])] }, {})).toBe(POLICY);
  });

  it('may be any, unless that is inhibited', () => {
    const inhibiting = (skip: number) => ({ policies: [A], extensions: [constraints(0), inhibitAny(skip)] });
    expect(codeOf(inhibiting(0), { policies: [ANY] })).toBe(POLICY);
    expect(codeOf(inhibiting(1), { policies: [ANY] })).toBeNull();
    expect(codeOf(inhibiting(1), { policies: [ANY] }, { policies: [ANY] })).toBe(POLICY);
    expect(codeOf(inhibiting(0), { policies: [A] })).toBeNull();
  });

  it('stay bounded, however they are mapped', () => {
    const many = Array.from({ length: 60 }, (_, i) => `1.2.${i}`);
    const crossed = mapped(...many.flatMap((a) => many.map((b) => [a, b] as const)));
    const level = { policies: many, extensions: [crossed] };
    const certificates = chain(level, level, level, level, { policies: many });
    const began = performance.now();
    expect(codeFor(certificates, [root])).toBeNull();
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
