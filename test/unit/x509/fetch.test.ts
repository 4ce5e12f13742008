import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { concat } from '../../../src/bytes/index.ts';
import { runFlow } from '../../../src/flow/index.ts';
import { strictProfile, type VerifiedPath, verifyChain } from '../../../src/x509/index.ts';
import { type Ca, extension, generalName, type Issued, makeCa } from '../../support/pki.ts';
import { anchorsOf, type Change, codeFor, NOW, VERIFIERS, verify } from './verify.ts';

const at = (...urls: string[]) => ({
  extensions: [
    extension(
      OID.authorityInfoAccess,
      der.sequence(...urls.map((url) => der.sequence(der.oid(OID['id-ad-caIssuers']), generalName(`uri:${url}`)))),
    ),
  ],
});
const root = makeCa({ name: 'Root' });
const upper = root.intermediate({ name: 'Upper' });
const lower = upper.intermediate({ name: 'Lower', ...at('http://aia.test/upper') });
const leaf = lower.issue(at('http://aia.test/lower'));
const pages: Readonly<Record<string, Uint8Array | string>> = {
  'http://aia.test/lower': lower.der,
  'http://aia.test/upper': upper.cert,
};

function fetching(found: Readonly<Record<string, Uint8Array | string>> = pages) {
  const asked: string[] = [];
  const fetchIssuer = (url: string) => {
    asked.push(url);
    const page = found[url];
    return typeof page === 'string' ? new TextEncoder().encode(page) : (page ?? null);
  };
  return { asked, fetchIssuer };
}

describe('issuers that the peer left out', () => {
  it('are not fetched unless the host lends a hand', () => {
    expect(codeFor([leaf], [root])).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
  });

  it('are fetched from where the certificates say, as DER or PEM', () => {
    const { asked, fetchIssuer } = fetching();
    const path = verify([leaf], [root], { fetchIssuer });
    expect(path.certificates.map(({ subject }) => `${subject}`)).toEqual(['CN=localhost', 'CN=Lower', 'CN=Upper']);
    expect(asked).toEqual(['http://aia.test/lower', 'http://aia.test/upper']);
    const whole = fetching();
    verify([leaf, lower, upper], [root], { fetchIssuer: whole.fetchIssuer });
    expect(whole.asked).toEqual([]);
  });

  it('may come in a CMS message, as .p7c files do', () => {
    const cms = (...parts: Uint8Array[]) =>
      der.sequence(
        der.oid(OID['id-signedData']),
        der.explicit(
          0,
          der.sequence(der.integer(1), der.set(), der.sequence(der.oid('1.2.840.113549.1.7.1')), ...parts),
        ),
      );
    const bag = der.explicit(0, concat(upper.der, lower.der));
    const { asked, fetchIssuer } = fetching({ 'http://aia.test/lower': cms(bag, der.set()) });
    verify([leaf], [root], { fetchIssuer });
    expect(asked).toEqual(['http://aia.test/lower']);
    const useless = [cms(), cms(der.set()), cms(bag).subarray(0, 60), der.sequence(der.oid('1.2.3')), der.sequence()];
    for (const one of useless)
      expect(codeFor([leaf], [root], fetching({ 'http://aia.test/lower': one }))).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
  });

  it('may come later', async () => {
    const request = {
      chain: [leaf.der],
      anchors: anchorsOf(root),
      verifiers: VERIFIERS,
      time: NOW,
      usage: 'serverAuth' as const,
      profile: strictProfile,
      serverName: null,
      fetchIssuer: async (url: string) => fetching().fetchIssuer(url),
    };
    const path = (await runFlow(verifyChain(request))) as VerifiedPath;
    expect(path.certificates).toHaveLength(3);
  });

  it('are as good or bad as others', () => {
    const code = (issuer: Ca, certificate: Issued) => {
      const found = { 'http://aia.test/lower': issuer.der, 'http://aia.test/upper': upper.der };
      return codeFor([certificate], [root], { fetchIssuer: fetching(found).fetchIssuer });
    };
    const expired = upper.intermediate({ name: 'Lower', notAfter: NOW - 1 });
    expect(code(expired, expired.issue(at('http://aia.test/lower')))).toBe('ERR_TLS_CERT_EXPIRED');
    expect(code(root.intermediate({ name: 'Lower' }), leaf)).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
    expect(code(upper, leaf)).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
  });

  it('that cannot be had leave things as they were', () => {
    const code = (fetchIssuer: Change['fetchIssuer']) => codeFor([leaf], [root], { fetchIssuer: fetchIssuer! });
    const unknown = 'ERR_TLS_CERT_UNKNOWN_ISSUER';
    expect(code(() => null)).toBe(unknown);
    expect(code(() => new Uint8Array(0))).toBe(unknown);
    expect(code(() => new TextEncoder().encode('<html>'))).toBe(unknown);
    expect(code(() => new Uint8Array([...lower.der, ...new Uint8Array(65_536)]))).toBe(unknown);
    expect(code(() => 'text' as unknown as Uint8Array)).toBe(unknown);
    expect(
      code(() => {
        throw new Error('no network');
      }),
    ).toBe(unknown);
  });

  it('are asked for so many times and no more, each place once, over HTTP', () => {
    const urls = ['ldap://aia.test/', ...Array.from({ length: 9 }, (_, i) => `http://aia.test/${i}`)];
    const { asked, fetchIssuer } = fetching({});
    expect(codeFor([lower.issue(at(...urls))], [root], { fetchIssuer })).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
    expect(asked).toEqual(urls.slice(1, 5));
    const same = fetching({});
    codeFor([lower.issue(at('http://aia.test/0', 'http://aia.test/0'))], [root], { fetchIssuer: same.fetchIssuer });
    expect(same.asked).toHaveLength(1);
    const none = fetching();
    codeFor([leaf], [root], { fetchIssuer: none.fetchIssuer, limits: { fetches: 0 } });
    expect(none.asked).toEqual([]);
  });

  it('do not lead in circles', () => {
    const a = root.intermediate({ name: 'A', keyLabel: 'circle a', ...at('http://aia.test/b') });
    const b = a.intermediate({ name: 'B', keyLabel: 'circle b', ...at('http://aia.test/a') });
    const looped = b.intermediate({ name: 'A', keyLabel: 'circle a', ...at('http://aia.test/b') });
    const found = { 'http://aia.test/a': looped.der, 'http://aia.test/b': b.der };
    const { asked, fetchIssuer } = fetching(found);
    expect(codeFor([b.issue(at('http://aia.test/b'))], [root], { fetchIssuer })).toBe('ERR_TLS_CERT_UNKNOWN_ROOT');
    expect(asked).toHaveLength(2);
  });
});
