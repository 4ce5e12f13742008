import { createPublicKey } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { der, OID } from '../../src/asn1/index.ts';
import { credential, credentialChooser } from '../../src/config/credentials.ts';
import type { SigningKey } from '../../src/crypto/index.ts';
import { checkKey } from '../../src/signers/check.ts';
import { type OpenedKey, openPkcs11 } from '../../src/signers/pkcs11.ts';
import { openTpm2 } from '../../src/signers/tpm2.ts';
import { publicKey } from '../../src/x509/index.ts';
import { ca, pairClient, pairServer } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';
import { EKU } from '../support/pki.ts';
import { expectOpen, expectStaticRsa, VERSIONS } from '../support/signers.ts';
import { needPkcs11Js, needSoftHsm, SoftHsm } from '../support/softhsm.ts';
import { needSwtpm, SoftTpm } from '../support/swtpm.ts';

const opened: OpenedKey[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(opening: Promise<OpenedKey>): Promise<SigningKey> {
  const one = await opening;
  opened.push(one);
  return one.key;
}

/** A certificate that says id-RSASSA-PSS of the key, which itself does not know. `parameters`: as in RFC 4055. */
function pssCertificate(
  key: SigningKey,
  usage: 'server' | 'client',
  parameters: readonly Uint8Array[] = [],
): Uint8Array {
  const { raw } = publicKey(key.publicKey!);
  const algorithm = der.sequence(der.oid(OID['id-RSASSA-PSS']), ...parameters);
  const spki = der.sequence(algorithm, der.bitString(raw));
  const holder = createPublicKey({ key: Buffer.from(key.publicKey!), format: 'der', type: 'spki' });
  return ca.issue({ name: 'localhost', san: ['dns:localhost'], eku: [EKU[usage]], key: holder, raw: { spki } }).der;
}

/** Handshakes in both roles and versions; TLS 1.2 takes such certificates too (RFC 9846, section 4.3.3). */
async function expectPssHandshakes(key: SigningKey): Promise<void> {
  const credentials = (usage: 'server' | 'client') =>
    credentialChooser([credential({ chain: [pssCertificate(key, usage)], key })]);
  for (const version of VERSIONS) {
    const versions = [version];
    const served = new Pair(pairClient({ versions }), pairServer({ versions, credentials: credentials('server') }));
    expectOpen(await served.runLater());
    expect(served.server.facts.ownScheme).toBe('rsa_pss_pss_sha256');
    const asked = pairServer({ versions, clientAuth: 'require' });
    const known = await new Pair(pairClient({ versions, credentials: credentials('client') }), asked).runLater();
    expectOpen(known);
    expect(known.client.facts.ownScheme).toBe('rsa_pss_pss_sha256');
  }
  const report = await checkKey(key, { cert: pssCertificate(key, 'server') });
  expect(report.text).not.toContain('FAIL');
}

const withToken = needSoftHsm();
const ROUTES = ['p11-kit', 'pkcs11js'] as const;
describe.skipIf(!withToken).each(ROUTES)('an RSA key in a PKCS#11 token, by %s', (route) => {
  const able = route === 'p11-kit' || (withToken && needPkcs11Js());
  let hsm: SoftHsm;
  beforeAll(() => {
    hsm = new SoftHsm();
    hsm.addToken();
    hsm.addKey('rsa:2048', 'rsa', '01');
    hsm.addKey('rsa:2048', 'pkcs1', '02', ['--usage-decrypt', '--usage-sign', '--allowed-mechanisms', 'RSA-PKCS']);
  });

  const token = (object: string): Promise<SigningKey> => {
    Object.assign(process.env, hsm.env);
    return open(openPkcs11(hsm.uri(`object=${object}`), { route }));
  };

  it.skipIf(!able)(
    'decrypts what a client sends where the suite has no forward secrecy, raw or by PKCS#1',
    async () => {
      const raw = await token('rsa');
      expect(raw.rsaDecrypt?.padding).toBe('none');
      await expectStaticRsa(raw);
      const padded = await token('pkcs1');
      expect(padded.rsaDecrypt?.padding).toBe('pkcs1');
      await expectStaticRsa(padded);
    },
  );

  it.skipIf(!able)('signs for a certificate that says id-RSASSA-PSS', async () => {
    await expectPssHandshakes(await token('rsa'));
  });
});

describe.skipIf(!needSwtpm())('an RSA key in a TPM', () => {
  it('signs for a certificate that says id-RSASSA-PSS', async () => {
    const tpm = await SoftTpm.start();
    await tpm.addParent();
    await tpm.addKey(0x81010001, 'rsa2048', 'userwithauth|noda|sign|decrypt');
    await expectPssHandshakes(await open(openTpm2(0x81010001, { tpm: tpm.address })));
  }, 60_000);
});
