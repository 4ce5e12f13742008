import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDist } from '../support/dist.ts';
import { makeCa } from '../support/pki.ts';

const COMMAND = path.join(import.meta.dirname, '../../scripts/limbo.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'limbo-'));
const root = makeCa({ name: 'Root' });

const test = (id: string, change: object) => ({
  id,
  features: [],
  trusted_certs: [root.cert],
  untrusted_intermediates: [],
  peer_certificate: root.issue({ san: ['dns:example.com', 'email:a@example.com'], eku: null }).cert,
  validation_kind: 'SERVER',
  validation_time: null,
  key_usage: [],
  extended_key_usage: [],
  expected_peer_name: { kind: 'DNS', value: 'example.com' },
  expected_peer_names: [],
  max_chain_depth: null,
  crls: [],
  expected_result: 'SUCCESS',
  ...change,
});

const TESTS = [
  test('good', {}),
  test('wrong-name', { expected_peer_name: { kind: 'IP', value: '10.0.0.1' }, expected_result: 'FAILURE' }),
  test('expired', { validation_time: '2999-01-01T00:00:00.500+00:00', expected_result: 'SUCCESS' }),
  test('untrusted', { trusted_certs: [makeCa().cert], expected_result: 'FAILURE' }),
  test('client', {
    validation_kind: 'CLIENT',
    expected_peer_name: null,
    expected_peer_names: [{ kind: 'RFC822', value: 'a@example.com' }],
  }),
  test('mailbox', { expected_peer_name: { kind: 'RFC822', value: 'b@example.com' }, expected_result: 'FAILURE' }),
  test('key-usage', { key_usage: ['keyAgreement'], expected_result: 'FAILURE' }),
  test('revoked', { crls: [root.crl({ revoked: [{ serial: 1 }] }).pem] }),
];

const file = path.join(folder, 'tests.json.gz');

describe('the limbo command', () => {
  beforeAll(() => {
    ensureDist();
    writeFileSync(file, gzipSync(JSON.stringify({ version: 1, testcases: TESTS })));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes limbo results in order, and a summary last', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [COMMAND, file], { encoding: 'utf8' });
    const output = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(output).toMatchObject({ version: 1, harness: expect.stringMatching(/^signet-tls \d/) });
    expect(output.results.map((result: { id: string }) => result.id)).toEqual(TESTS.map(({ id }) => id));
    expect(output.results[0]).toEqual({ id: 'good', actual_result: 'SUCCESS', context: null });
    expect(output.results[1].context).toMatch(
      /^ERR_TLS_CERT_ALTNAME_INVALID: The certificate is for another name: 10.0.0.1/,
    );
    const results = output.results.map((result: { actual_result: string }) => result.actual_result === 'SUCCESS');
    expect(results).toEqual([true, false, false, false, true, false, false, true]);
    expect(stderr.trim().split('\n').pop()).toMatch(
      /^7 of 8 passed, 0 false accepts, 1 false rejects, 0 skipped \(.*strict/,
    );
  });

  it('writes them to a file if told so', () => {
    const out = path.join(folder, 'out.json');
    const stdout = execFileSync(process.execPath, [COMMAND, file, '--out', out, '--profile', 'private'], {
      encoding: 'utf8',
    });
    expect(JSON.parse(readFileSync(out, 'utf8')).results).toHaveLength(TESTS.length);
    expect(stdout).toMatch(/^7 of 8 passed.*profile private/);
  });

  it.each([
    [[], 'Usage:'],
    [['nowhere.json'], 'There is no file nowhere.json.'],
    [[file, '--profile', 'lax'], 'There is no profile "lax"'],
    [[file, 'more'], 'Usage:'],
  ])('says what is wrong with %j', (args, sentence) => {
    const { stderr, status } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8' });
    expect(stderr).toContain(sentence);
    expect(status).toBe(2);
  });
});
