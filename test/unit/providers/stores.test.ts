import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { type StoreName, storeCertificates, trustStore } from '../../../src/providers/node/stores.ts';
import { makeCa } from '../../support/pki.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'stores-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [a, b, c] = ['A', 'B', 'C'].map((name) => makeCa({ name }));
const bundle = path.join(folder, 'bundle.pem');
writeFileSync(bundle, `# roots\n${a!.cert}${b!.cert}`);
const hashed = path.join(folder, 'hashed');
mkdirSync(hashed);
writeFileSync(path.join(hashed, 'b.pem'), b!.cert);
writeFileSync(path.join(hashed, 'c.pem'), c!.cert);
writeFileSync(path.join(hashed, 'README'), 'nothing');
writeFileSync(path.join(hashed, 'broken.pem'), a!.cert.slice(0, 90));
mkdirSync(path.join(hashed, 'sub'));
symlinkSync('c.pem', path.join(hashed, '1234.0'));

function namesIn(stores: readonly StoreName[], env: Record<string, string>): string[] {
  const onProblem = (sentence: string) => expect.unreachable(sentence);
  return trustStore(stores, { env, onProblem }).all.map(({ subject }) => `${subject}`);
}
const problemsIn = (store: StoreName, env: Record<string, string>) => {
  const problems: string[] = [];
  storeCertificates(store, { env, onProblem: (sentence) => problems.push(sentence) });
  return problems;
};

describe('stores of root certificates', () => {
  it("are Node's own list", () => {
    expect(storeCertificates('bundled')).toHaveLength(rootCertificates.length);
    expect(trustStore(['bundled']).all.length).toBeGreaterThan(100);
  });

  it('are the bundle and the folders that OpenSSL would take', () => {
    expect(namesIn(['system'], { SSL_CERT_FILE: bundle })).toEqual(['CN=A', 'CN=B']);
    expect(namesIn(['system'], { SSL_CERT_DIR: hashed })).toEqual(['CN=C', 'CN=B']);
    const both = { SSL_CERT_FILE: bundle, SSL_CERT_DIR: `${path.delimiter}${hashed}` };
    expect(namesIn(['system'], both)).toEqual(['CN=A', 'CN=B', 'CN=C']);
    expect(storeCertificates('system', { env: both })).toHaveLength(3);
  });

  it('are the extra file, besides others', () => {
    expect(namesIn(['extra'], {})).toEqual([]);
    expect(namesIn(['extra', 'system'], { NODE_EXTRA_CA_CERTS: bundle, SSL_CERT_DIR: hashed })).toEqual([
      'CN=A',
      'CN=B',
      'CN=C',
    ]);
  });

  it('tell what cannot be read, and trust nothing in its place', () => {
    const missing = path.join(folder, 'missing');
    expect(problemsIn('system', { SSL_CERT_FILE: missing })).toEqual([
      expect.stringMatching(/^SSL_CERT_FILE is .*missing: load failed: ENOENT/),
    ]);
    expect(problemsIn('system', { SSL_CERT_DIR: missing })).toEqual([
      expect.stringMatching(/^SSL_CERT_DIR has .*missing: load failed: ENOENT/),
    ]);
    expect(problemsIn('extra', { NODE_EXTRA_CA_CERTS: path.join(hashed, 'broken.pem') })).toEqual([
      expect.stringMatching(/^Ignoring extra certs from .*broken\.pem`, load failed: /),
    ]);
    const quiet = { env: { SSL_CERT_FILE: missing }, onProblem: () => {} };
    expect(trustStore(['system'], quiet).all).toEqual([]);
  });

  it('are those of the system where nothing else is said', () => {
    expect(() => trustStore(['system'], { env: {} })).not.toThrow();
  });
});
