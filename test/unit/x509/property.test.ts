import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPathCache, privateProfile } from '../../../src/x509/index.ts';
import { type Ca, type CertificateOptions, EKU, type Issued, makeCa, testKey } from '../../support/pki.ts';
import { type Described, isAcceptable, LABELS } from './reference.ts';
import { codeFor, NOW } from './verify.ts';

const NAMES = ['A', 'B', 'C'];
const KEYS = [0, 1];
const PURPOSE = { server: EKU.server, client: EKU.client };
const HOSTS = ['', ...LABELS, 'a.a', 'b.a', 'a.b'];

/** Mostly what is right, so that paths come about at all. */
const rarely = <T>(usual: T, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
const hosts = (extra: readonly string[] = []) =>
  fc.array(fc.constantFrom(...HOSTS, ...extra), { minLength: 1, maxLength: 3 });

const described = (ca: boolean): fc.Arbitrary<Described> =>
  fc.record({
    name: ca ? fc.constantFrom(...NAMES) : fc.constant('leaf'),
    key: ca ? fc.constantFrom(...KEYS) : fc.constant(3),
    issuer: fc.constantFrom(...NAMES),
    signer: fc.constantFrom(...KEYS),
    badSignature: rarely(false, fc.constant(true)),
    expired: rarely(false, fc.constant(true)),
    ca: ca ? rarely(true, fc.constant(false)) : fc.constant(false),
    pathLength: ca ? rarely<number | null>(null, fc.constantFrom(0, 1)) : fc.constant(null),
    purposes: rarely<Described['purposes']>(null, fc.constantFrom(['server'], ['client'], ['client', 'server'])),
    names: ca ? rarely<readonly string[]>([], hosts()) : hosts(['*', '*.a']),
    permitted: ca ? rarely<readonly string[] | null>(null, hosts()) : fc.constant(null),
    excluded: ca
      ? rarely<readonly string[] | null>(
          null,
          fc.array(fc.constantFrom(...HOSTS.slice(1)), { minLength: 1, maxLength: 2 }),
        )
      : fc.constant(null),
  });

const world = fc.record({
  leaf: described(false),
  intermediates: fc.array(described(true), { maxLength: 8 }),
  anchors: fc.array(described(true), { minLength: 1, maxLength: 2 }),
});

const signers = new Map<string, Ca>();

function signer(name: string, key: number): Ca {
  const id = `${name}${key}`;
  const known = signers.get(id) ?? makeCa({ name, key: testKey('P-256', `property ${key}`) });
  signers.set(id, known);
  return known;
}

function issue(what: Described): Issued {
  const full = (labels: readonly string[]) => labels.map((label) => `dns:${label === '' ? '' : `${label}.`}x.y`);
  const options: CertificateOptions = {
    name: what.name,
    key: testKey('P-256', `property ${what.key}`),
    badSignature: what.badSignature,
    ca: what.ca,
    keyUsage: what.ca ? 32 : 1,
    eku: what.purposes === null ? null : what.purposes.map((purpose) => PURPOSE[purpose]),
    san: what.names.length > 0 ? full(what.names) : null,
    ...(what.expired ? { notBefore: NOW - 2000, notAfter: NOW - 1000 } : {}),
    ...(what.pathLength === null ? {} : { pathLength: what.pathLength }),
    ...(what.permitted === null ? {} : { permitted: full(what.permitted) }),
    ...(what.excluded === null ? {} : { excluded: full(what.excluded) }),
  };
  return signer(what.issuer, what.signer).issue(options);
}

describe('random authorities', () => {
  it('are judged as the slow reference judges them, with a cache and without', () => {
    let accepted = 0;
    const cache = createPathCache();
    fc.assert(
      fc.property(world, ({ leaf, intermediates, anchors }) => {
        const expected = isAcceptable(leaf, intermediates, anchors);
        accepted += expected ? 1 : 0;
        const chain = [leaf, ...intermediates].map(issue);
        const trusted = anchors.map(issue);
        for (const change of [{}, { cache }]) {
          const code = codeFor(chain, trusted, { ...change, profile: privateProfile });
          expect(code === null, `${code}`).toBe(expected);
        }
        if (!expected) expect(codeFor(chain, trusted, { cache })).not.toBeNull();
      }),
      { numRuns: 400, seed: 20_261_121 },
    );
    expect(accepted).toBeGreaterThan(40);
  });
});
