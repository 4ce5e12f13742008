import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { QuickJS } from 'quickjs-wasi';
import { expect, test } from 'vitest';
import { WHOLE } from '../../support/providers.ts';

/** Uses each part of the noble provider once; a bare engine has neither crypto nor TextEncoder. */
const PROGRAM = `
  import { createNobleProvider } from './noble.ts';
  import { optInGroups, optInSuites12, optInSuites13, optInVerifiers } from './noble/optin.ts';
  import { publicKey } from '../x509/index.ts';
  import { fromHex } from '../bytes/index.ts';
  const signed = SIGNED.map((one) => ({ ...one, key: publicKey(fromHex(one.spki)), signature: fromHex(one.signature) }));
  let state = 1;
  const random = (size) => Uint8Array.from({ length: size }, () => (state = (state * 48271) % 2147483647) & 255);
  const provider = createNobleProvider({ random });
  const done = [typeof crypto, typeof TextEncoder, typeof process];
  const same = (a, b) => a.length === b.length && a.every((octet, i) => octet === b[i]);
  for (const hash of provider.hashes) {
    const running = hash.start();
    running.update(random(10));
    if (running.peek().length === hash.size && hash.hmac(random(200), random(9)).length === hash.size) done.push(hash.name);
  }
  for (const suite of [...provider.suites, ...optInSuites13, ...optInSuites12(random)]) {
    const aead = suite.aead ?? suite.bulk.aead;
    if (aead === undefined) continue;
    const [key, nonce, text, out] = [aead.key(random(aead.keySize)), random(12), random(50), []];
    key.seal(nonce, random(0), text, null, out);
    const sealed = Uint8Array.from(out.flatMap((piece) => [...piece]));
    const opened = key.open(nonce, random(0), sealed);
    sealed[0] ^= 1;
    if (same(opened, text) && key.open(nonce, random(0), sealed) === null) done.push(suite.name);
  }
  for (const group of [...provider.groups, ...optInGroups(random)]) {
    const own = group.start();
    const answer = group.respond(own.share);
    if (same(own.agree(answer.share), answer.secret)) done.push(group.name);
  }
  for (const { kind, hash, key, signature } of signed) {
    const verifier = [...provider.verifiers, ...optInVerifiers].find((one) => one.kind === kind && one.hash === hash);
    const verdicts = [new Uint8Array(3), new Uint8Array(4)].map((message) => verifier.verify(key, message, signature));
    if (verdicts[0] === true && verdicts[1] === false) done.push(kind);
  }
  globalThis.result = JSON.stringify(done);
`;

test('the noble provider needs nothing of its engine but the language', async () => {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: fileURLToPath(new URL('../../../src/providers/', import.meta.url)) },
    define: { SIGNED: JSON.stringify(signed()) },
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2020',
    write: false,
    logLevel: 'silent',
  });
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('quickjs-wasi/quickjs.wasm')));
  const vm = await QuickJS.create({ wasm });
  vm.evalCode(outputFiles[0]!.text).dispose();
  const result = vm.evalCode('result');
  const done = JSON.parse(result.toString()) as string[];
  expect(done.slice(0, 3)).toEqual(['undefined', 'undefined', 'undefined']);
  expect(done).toEqual(
    expect.arrayContaining(['sha384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_RSA_WITH_AES_128_CCM_8']),
  );
  expect(done).toEqual(expect.arrayContaining(['X25519MLKEM768', 'x25519', 'secp384r1', 'x448', 'brainpoolP256r1']));
  expect(done.slice(-4)).toEqual(['ecdsa', 'ed25519', 'rsa-pss', 'rsa-pkcs1']);
  expect(done.length).toBe(3 + HASHES + SUITES + GROUPS + 4);
  vm.dispose();
});

const noble = WHOLE[1]!;
const HASHES = noble.hashes.length;
const SUITES = noble.suites.filter((suite) => suite.version === 'TLSv1.3' || suite.bulk.kind !== 'cbc').length;
const GROUPS = noble.groups.length;

/** Three zero octets, signed by OpenSSL in the four ways of the default offer. */
function signed(): object[] {
  const [ec, ed] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ed25519')];
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pss = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const one = (kind: string, hash: string | null, key: KeyObject, signer: KeyObject | typeof pss) => ({
    kind,
    hash,
    spki: key.export({ format: 'der', type: 'spki' }).toString('hex'),
    signature: sign(hash, new Uint8Array(3), signer).toString('hex'),
  });
  return [
    one('ecdsa', 'sha256', ec.publicKey, ec.privateKey),
    one('ed25519', null, ed.publicKey, ed.privateKey),
    one('rsa-pss', 'sha256', rsa.publicKey, pss),
    one('rsa-pkcs1', 'sha256', rsa.publicKey, rsa.privateKey),
  ];
}
