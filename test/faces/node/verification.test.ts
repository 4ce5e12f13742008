import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import tls, { type ConnectOptions, SessionCache, type VerificationOptions } from '../../../src/index.ts';
import { sha256 } from '../../../src/providers/node.ts';
import { certificatesFrom, keyPin } from '../../../src/x509/index.ts';
import { EKU } from '../../support/pki.ts';
import { ourServer } from './support/ours.ts';
import { ca, client, failureOf, leafOf, nodeServer, secured } from './support/servers.ts';

const pinOf = (pem: string): string => keyPin(certificatesFrom(pem)[0]!.spki, sha256);

async function codeOf(port: number, verification: VerificationOptions, more: ConnectOptions = {}): Promise<string> {
  const error = await failureOf(client(port, { verification, ...more }));
  return (error.cause as { code?: string } | undefined)?.code ?? (error.code as string);
}

describe('verification: how certificates are judged', () => {
  it('pins keys', async () => {
    const { port } = await nodeServer();
    await secured(port, { verification: { pins: [pinOf(ca.cert)] } });
    await secured(port, { verification: { pins: [`sha256/${'A'.repeat(43)}=`, pinOf(leafOf().cert)] } });
    expect(await codeOf(port, { pins: [`sha256/${'A'.repeat(43)}=`] })).toBe('ERR_TLS_CERT_PIN');
  });

  it('judges by another date, or by none', async () => {
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const expired = ca.issue({ eku: [EKU.server], notAfter: ago(2), notBefore: ago(10) });
    const { port } = await nodeServer({ cert: expired.chain, key: expired.key });
    expect(await codeOf(port, {})).toBe('ERR_TLS_CERT_EXPIRED');
    await secured(port, { verification: { date: null } });
    await secured(port, { verification: { date: ago(5) } });
    expect(await codeOf(port, { date: ago(11) })).toBe('ERR_TLS_CERT_NOT_YET_VALID');
    expect(await codeOf(port, { date: null, earliest: ago(1) })).toBe('ERR_TLS_CERT_EXPIRED');
  });

  it('by the profile that is named', async () => {
    const loose = ca.issue({ eku: [EKU.server], aki: false });
    const { port } = await nodeServer({ cert: loose.chain, key: loose.key });
    await secured(port);
    expect(await codeOf(port, { profile: 'strict' })).toBe('ERR_TLS_CERT_PROFILE');
  });

  it('requires evidence that nothing is revoked', async () => {
    const { port } = await nodeServer();
    expect(await codeOf(port, { revocation: 'require' })).toBe('ERR_TLS_CRL_MISSING');
    await secured(port, { verification: { revocation: 'require' }, crl: ca.crl().pem });
    expect(await codeOf(port, { revocation: 'require', ocsp: true })).toBe('ERR_TLS_OCSP_MISSING');
  });

  it('tells the truth about what was not looked at', async () => {
    const { port } = await nodeServer();
    const socket = await secured(port, { verification: { date: null } });
    const { verdict } = socket.facts.peer!;
    expect(verdict).toMatchObject({ error: null, notAfter: null, matchedName: 'localhost' });
    expect(verdict.unchecked.join()).toContain('validity');
    expect(socket.facts).toMatchObject({ version: 'TLSv1.3', resumed: false });
  });

  it('counts on servers too', async () => {
    const verification = { pins: [`sha256/${'A'.repeat(43)}=`] };
    const { port, errors } = await ourServer({ requestCert: true, ca: ca.cert, verification });
    const socket = client(port, { cert: leafOf().chain, key: leafOf().key });
    await once(socket, 'error');
    await expect.poll(() => errors.length).toBe(1);
    expect(errors[0]).toMatchObject({ code: 'ERR_TLS_CERT_PIN' });
  });

  it.each([
    ['no object', 'strict'],
    ['a name that does not exist', { pin: 'x' }],
    ['a profile that does not exist', { profile: 'lax' }],
    ['a date that is none', { date: new Date('x') }],
    ['seconds in place of a date', { earliest: 1_700_000_000 }],
    ['a policy that does not exist', { revocation: 'hard' }],
    ['a pin that is none', { pins: ['sha256/short'] }],
    ['no pins', { pins: [] }],
  ])('refuses at once: %s', (_, verification) => {
    expect(() => tls.createSecureContext({ verification: verification as never })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_(INVALID_ARG|TLS_CONFIG)/) }),
    );
  });
});

describe('sessionCache', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes in %s whatever was kept for the same name and port',
    async (version) => {
      const { port } = await ourServer({ maxVersion: version }, (socket) => socket.end('bye'));
      const sessionCache = new SessionCache();
      const reused: (boolean | null)[] = [];
      for (let i = 0; i < 3; i++) {
        const socket = await secured(port, { sessionCache });
        reused.push(socket.isSessionReused());
        socket.resume();
        await once(socket, 'close');
      }
      expect(reused).toEqual([false, true, true]);
      const none = await secured(port, {});
      expect(none.isSessionReused()).toBe(false);
    },
  );
});
