import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { der, OID } from '../../src/asn1/index.ts';
import { nodeProvider, sha1, sha256 } from '../../src/providers/node.ts';
import {
  anchorsFrom,
  crlsFrom,
  ocspChecker,
  ocspRequest,
  parseCertificate,
  parseOcspResponse,
  strictProfile,
  verifyCertificate,
} from '../../src/x509/index.ts';
import { codeOf } from '../support/errors.ts';
import { ocspResponse } from '../support/ocsp.ts';
import { EKU, extension, generalName, makeCa } from '../support/pki.ts';
import { needTool } from '../support/tools.ts';

const openssl = needTool('openssl', '1.1.1');
const folder = mkdtempSync(path.join(tmpdir(), 'revocation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, contents: string | Uint8Array = '') => {
  const full = path.join(folder, name);
  if (contents.length > 0) writeFileSync(full, contents);
  return full;
};
function run(...args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(openssl!.path, args, { encoding: 'utf8', timeout: 20_000 });
  return { status, text: stdout + stderr };
}

const ca = makeCa({ name: 'OpenSSL CA' });
const leaf = ca.issue({ serial: 0x1234, san: ['dns:localhost'] });
const responder = ca.issue({
  name: 'Responder',
  eku: [EKU.ocsp],
  san: null,
  extensions: [extension(OID['id-pkix-ocsp-nocheck'], der.nothing())],
});
const request = {
  chain: [leaf.der],
  anchors: anchorsFrom(ca.cert),
  verifiers: nodeProvider.verifiers,
  usage: 'serverAuth',
  profile: strictProfile,
  serverName: 'localhost',
  revocation: 'require',
} as const;
const now = () => Date.now() / 1000;

describe.skipIf(openssl === null)('OpenSSL as responder', () => {
  const nonce = new Uint8Array(32).fill(5);
  const asked = file(
    'request.der',
    ocspRequest({
      certificate: parseCertificate(leaf.der),
      issuer: parseCertificate(ca.der),
      hash: sha1,
      nonce,
    }),
  );
  const index = (line: string) => file(`index${line[0]}.txt`, line);
  const good = 'V\t351231235959Z\t\t1234\tunknown\t/CN=localhost\n';
  const revoked = 'R\t351231235959Z\t251101000000Z,keyCompromise\t1234\tunknown\t/CN=localhost\n';

  it.each([
    ['good', good, [], null],
    ['good, by key', good, ['-resp_key_id'], null],
    ['revoked', revoked, [], 'ERR_TLS_CERT_REVOKED'],
    ['unknown', good.replace('1234', '4321'), [], 'ERR_TLS_OCSP_UNKNOWN'],
  ] as const)('answers what is read here: %s', (_name, line, flags, code) => {
    const out = file(`response-${line.length}.der`);
    const args = ['-index', index(line), '-CA', file('ca.pem', ca.cert), '-reqin', asked, '-ndays', '1', ...flags];
    const signer = ['-rsigner', file('responder.pem', responder.cert), '-rkey', file('responder.key', responder.key)];
    const { status, text } = run('ocsp', ...args, ...signer, '-respout', out);
    expect(status, text).toBe(0);
    const response = parseOcspResponse(new Uint8Array(readFileSync(out)), { nonce });
    const ocsp = ocspChecker({ hashes: nodeProvider.hashes, responses: [response] });
    expect(codeOf(() => verifyCertificate({ ...request, time: now(), ocsp }))).toBe(code);
  });

  it('reads our requests', () => {
    const { text } = run('ocsp', '-reqin', asked, '-req_text');
    expect(text).toContain('Hash Algorithm: sha1');
    expect(text).toContain('Serial Number: 1234');
    const plain = ocspRequest({
      certificate: parseCertificate(leaf.der),
      issuer: parseCertificate(ca.der),
      hash: sha256,
    });
    expect(run('ocsp', '-reqin', file('plain.der', plain), '-req_text').text).toContain('Hash Algorithm: sha256');
  });
});

describe.skipIf(openssl === null)('OpenSSL as judge', () => {
  it.each([
    ['good', {}, 'good'],
    ['revoked', { status: 'revoked' }, 'revoked'],
    ['by a responder', { responder }, 'good'],
    ['by somebody else', { responder: leaf }, null],
    ['with a broken signature', { badSignature: true }, null],
  ] as const)('agrees about our responses: %s', (name, options, said) => {
    const response = ocspResponse(leaf, ca, options);
    const issuer = ['-issuer', file('ca.pem', ca.cert), '-CAfile', file('ca.pem', ca.cert)];
    const cert = ['-cert', file('leaf.pem', leaf.cert), '-no_nonce'];
    const { status, text } = run('ocsp', ...issuer, ...cert, '-respin', file(`${name}.der`, response));
    const ocsp = ocspChecker({ hashes: nodeProvider.hashes, responses: [response] });
    const code = codeOf(() => verifyCertificate({ ...request, time: now(), ocsp }));
    expect([
      status === 0 && text.includes('Response verify OK'),
      code === null || code === 'ERR_TLS_CERT_REVOKED',
    ]).toEqual(said === null ? [false, false] : [true, true]);
    if (said !== null) expect(text).toContain(`leaf.pem: ${said}`);
  });

  it('agrees about CRLs, with deltas and without', () => {
    const delta = extension(OID.deltaCRLIndicator, der.integer(1), true);
    // OpenSSL looks for deltas only where there is a word about them.
    const point = der.sequence(der.explicit(0, der.explicit(0, generalName('uri:http://crl.test/delta'))));
    const extensions = [extension(OID.freshestCRL, der.sequence(point))];
    const cases = [
      [ca.crl({ number: 1 })],
      [ca.crl({ number: 1, revoked: [{ serial: 0x1234, reason: 6 }] })],
      [
        ca.crl({ number: 1, extensions }),
        ca.crl({ number: 2, revoked: [{ serial: 0x1234, reason: 6 }], extensions: [delta] }),
      ],
      [
        ca.crl({ number: 1, revoked: [{ serial: 0x1234, reason: 6 }], extensions }),
        ca.crl({ number: 2, revoked: [{ serial: 0x1234, reason: 8 }], extensions: [delta] }),
      ],
      [ca.crl({ number: 1, badSignature: true })],
    ];
    const verdicts = cases.map((lists, i) => {
      const pem = lists.map((one) => one.pem).join('');
      const flags = ['-crl_check', '-use_deltas', '-CRLfile', file(`${i}.crl`, pem)];
      const theirs = run('verify', ...flags, '-CAfile', file('ca.pem', ca.cert), file('leaf.pem', leaf.cert)).status;
      const ours = codeOf(() => verifyCertificate({ ...request, time: now(), crls: crlsFrom(pem) }));
      return [theirs === 0, ours === null];
    });
    expect(verdicts).toEqual([
      [true, true],
      [false, false],
      [false, false],
      [true, true],
      [false, false],
    ]);
  });
});
