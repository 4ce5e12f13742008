import { describe, expect, it } from 'vitest';
import { sha1, sha256 } from '../../../src/providers/node.ts';
import { keyPin, keyPins, parseCertificate } from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { type Issued, makeCa } from '../../support/pki.ts';
import { codeFor, errorOf } from './verify.ts';

const root = makeCa({ name: 'Root' });
const ca = root.intermediate({ name: 'CA' });
const leaf = ca.issue();
const pin = (one: Issued) => keyPin(parseCertificate(one.der).spki, sha256);
const pinned = (...pins: (string | Uint8Array)[]) => codeFor([leaf, ca], [root], { pins: keyPins(sha256, pins) });

describe('pinned keys', () => {
  it('are one in the path: of the leaf, an authority or the anchor', () => {
    for (const one of [leaf, ca, root]) expect(pinned(pin(one))).toBeNull();
    expect(pinned(pin(ca.issue()), pin(leaf))).toBeNull();
    expect(pinned(pin(ca.issue()))).toBe('ERR_TLS_CERT_PIN');
  });

  it('are not one that the peer merely sends along', () => {
    const other = root.intermediate({ name: 'Other' });
    expect(codeFor([leaf, ca, other], [root], { pins: keyPins(sha256, [pin(other)]) })).toBe('ERR_TLS_CERT_PIN');
  });

  it('are told by the error', () => {
    const error = errorOf([leaf, ca], [root], { pins: keyPins(sha256, [pin(ca.issue())]) });
    expect(error).toMatchObject({ certificate: leaf.der, detail: `that of CN=localhost is ${pin(leaf)}` });
  });

  it('come as bytes or base64 in the usual forms', () => {
    const text = pin(leaf).slice('sha256/'.length);
    expect(pinned(text)).toBeNull();
    expect(pinned(`sha256//${text}`)).toBeNull();
    expect(pinned(new Uint8Array(Buffer.from(text, 'base64')))).toBeNull();
    for (const wrong of ['', 'sha256/', 'sha1/abcd', text.slice(4), new Uint8Array(20)])
      expect(codeOf(() => keyPins(sha256, [wrong]))).toBe('ERR_TLS_CONFIG');
    expect(codeOf(() => keyPins(sha256, []))).toBe('ERR_TLS_CONFIG');
    expect(codeOf(() => keyPins(sha1, [text]))).toBe('ERR_TLS_CONFIG');
  });
});
