import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedKey } from '../../src/signers/pkcs11.ts';
import { openPkcs11, type Pkcs11Options } from '../../src/signers/pkcs11.ts';
import { certificateFor, expectGoodKey, expectHandshakes, publicKeyOf, signRequest } from '../support/signers.ts';
import { needPkcs11Js, needSoftHsm, PIN, SoftHsm } from '../support/softhsm.ts';

const ready = needSoftHsm();
const hsm = new SoftHsm();
Object.assign(process.env, hsm.env);

const ROUTES = ['p11-kit', 'pkcs11js'] as const;
const KEYS = [
  ['EC:prime256v1', 'P-256', '01'],
  ['EC:secp384r1', 'P-384', '02'],
  ['EC:secp521r1', 'P-521', '03'],
  ['EC:edwards25519', 'Ed25519', '04'],
  ['rsa:2048', 'RSA', '05'],
] as const;

const opened: OpenedKey[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(key: string, options: Pkcs11Options = {}, query?: string): Promise<OpenedKey> {
  const one = await openPkcs11(hsm.uri(key, query), options);
  opened.push(one);
  return one;
}

beforeAll(() => {
  if (!ready) return;
  hsm.addToken();
  for (const [type, label, id] of KEYS) hsm.addKey(type, label, id);
  hsm.addKey('EC:prime256v1', 'always', '06', ['--always-auth']);
  hsm.addKey('rsa:2048', 'pkcs1 alone', '07', ['--allowed-mechanisms', 'RSA-PKCS']);
});

describe.skipIf(!ready).each(ROUTES)('PKCS#11 by %s', (route) => {
  const able = route === 'p11-kit' || needPkcs11Js();

  it.skipIf(!able).each(KEYS)('signs with %s in both roles and all versions', async (_, label) => {
    const { key, name } = await open(`object=${label}`, { route });
    expect(name).toContain(`"${label}"`);
    await expectGoodKey(key);
  });

  it.skipIf(!able)('enters the PIN for each signature where the key wants that', async () => {
    const { key } = await open('object=always', { route });
    await expectGoodKey(key);
  });

  it.skipIf(!able)('keeps to the mechanisms that the key allows', async () => {
    const { key } = await open('object=pkcs1%20alone', { route });
    expect(key.schemes).toEqual(['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512']);
    expect(key.rsaDecrypt?.padding).toBe('pkcs1');
    expect(await expectHandshakes(key)).toEqual(['TLSv1.2']);
  });

  it.skipIf(!able)('signs many at once in several sessions', async () => {
    const { key } = await open('object=RSA', { route, sessions: 3 });
    await expectGoodKey(key);
    const signatures = Array.from({ length: 60 }, () => key.sign(signRequest('rsa_pss_rsae_sha256')));
    expect(new Set((await Promise.all(signatures)).map(String)).size).toBe(60);
  });

  it.skipIf(!able)('opens the same key again after it was closed', async () => {
    for (let i = 0; i < 3; i++) {
      const { key, close } = await openPkcs11(hsm.uri('id=%01'), { route });
      const under = Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256')));
      await close();
      expect((await under).length).toBeGreaterThan(60);
      await close();
    }
  });
});

describe.skipIf(!ready)('a certificate in the token', () => {
  it('comes with the key of the same id, and the one for that key where there are several', async () => {
    const { key, cert } = await open('object=P-256');
    expect(cert).toBeNull();
    const own = certificateFor(publicKeyOf(key.publicKey!));
    const other = certificateFor(publicKeyOf((await open('object=P-384')).key.publicKey!));
    hsm.addCertificate(other, 'other', '01');
    expect((await open('object=P-256')).cert).toEqual(other);
    hsm.addCertificate(own, 'own', '01');
    expect((await open('object=P-256')).cert).toEqual(own);
  });
});

describe.skipIf(!ready)('the way to the module', () => {
  it('is found by the name that p11-kit knows it by', async () => {
    const one = await openPkcs11(`pkcs11:token=iot%20token;id=%01?module-name=softhsm2&pin-value=${PIN}`);
    opened.push(one);
    expect(one.key.schemes).toEqual(['ecdsa_secp256r1_sha256']);
  });

  it('leads over all modules that p11-kit knows where none is named', async () => {
    const one = await openPkcs11(`pkcs11:token=iot%20token;id=%01?pin-value=${PIN}`);
    opened.push(one);
    await expectGoodKey(one.key);
  });
});
