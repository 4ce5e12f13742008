import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { credential, credentialChooser } from '../../src/config/credentials.ts';
import type { ServerOptions } from '../../src/config/server.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { TLS_RSA_WITH_AES_128_GCM_SHA256 } from '../../src/providers/node/optin/suites-rsa.ts';
import { nodeProvider, secp384r1, signingKeyFrom, x25519 } from '../../src/providers/node.ts';
import { KEY_USAGE, parseCertificate } from '../../src/x509/index.ts';
import { ca, credentialOf, pairClient, pairServer } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';
import { makeCa } from '../support/pki.ts';
import { accepting } from '../support/verifiers.ts';

const VERSIONS = ['TLSv1.3', 'TLSv1.2'] as const;

function credentialFor(keyUsage: number, key: 'P-256' | 'rsa', usage: 'server' | 'client' = 'server'): Credential {
  const eku = [usage === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2'];
  const issued = ca.issue({ name: 'localhost', key, san: ['dns:localhost'], eku, keyUsage });
  return credential({ chain: [issued.der], key: signingKeyFrom(createPrivateKey(issued.key)) });
}

function outcome(pair: Pair): readonly [string | undefined, string | undefined] {
  return [pair.client.error?.code, pair.server.error?.code];
}

describe.each(VERSIONS)('key usage in %s', (version) => {
  const versions = [version];

  it('must allow to sign, for servers and clients alike', () => {
    for (const key of ['P-256', 'rsa'] as const) {
      const credentials = credentialChooser([credentialFor(KEY_USAGE.keyEncipherment, key)]);
      const server = new Pair(pairClient({ versions }), pairServer({ versions, credentials })).run();
      expect(server.client.error).toMatchObject({ code: 'ERR_TLS_WRONG_CERTIFICATE_TYPE', alert: 'illegal_parameter' });
      const shown = credentialChooser([credentialFor(KEY_USAGE.keyEncipherment, key, 'client')]);
      const demand = pairServer({ versions, clientAuth: 'require' });
      const client = new Pair(pairClient({ versions, credentials: shown }), demand).run();
      expect(client.server.error?.code).toBe('ERR_TLS_WRONG_CERTIFICATE_TYPE');
    }
  });
});

describe('static RSA', () => {
  const versions = ['TLSv1.2'] as const;
  const suites = [TLS_RSA_WITH_AES_128_GCM_SHA256];
  const withKey = (one: Credential) =>
    new Pair(
      pairClient({ versions, suites }),
      pairServer({ versions, suites, credentials: credentialChooser([one]) }),
    ).run();

  it('needs a key that may decrypt', () => {
    expect(outcome(withKey(credentialFor(KEY_USAGE.keyEncipherment, 'rsa')))).toEqual([undefined, undefined]);
    const pair = withKey(credentialFor(KEY_USAGE.digitalSignature, 'rsa'));
    expect(pair.client.error?.code).toBe('ERR_TLS_WRONG_CERTIFICATE_TYPE');
  });

  it('is nothing for an RSASSA-PSS key', () => {
    expect(withKey(credentialOf('rsa-pss')).server.error?.code).toBe('ERR_TLS_NO_CREDENTIAL');
  });
});

describe('the curve of a certificate in TLS 1.2', () => {
  const versions = ['TLSv1.2'] as const;

  it('has to be among the groups of the client, which a server heeds', () => {
    const pair = new Pair(pairClient({ versions, groups: [x25519, secp384r1] }), pairServer({ versions })).run();
    expect(pair.server.error?.code).toBe('ERR_TLS_NO_CREDENTIAL');
    const both = credentialChooser([credentialOf('P-256'), credentialOf('P-384')]);
    const server = pairServer({ versions, credentials: both });
    const chosen = new Pair(pairClient({ versions, groups: [x25519, secp384r1] }), server).run();
    expect(chosen.server.facts.credential?.publicKey.curve).toBe('P-384');
  });

  it('does not count for Ed25519', () => {
    const server = pairServer({ versions, credentials: credentialChooser([credentialOf('ed25519')]) });
    expect(outcome(new Pair(pairClient({ versions, groups: [x25519] }), server).run())).toEqual([undefined, undefined]);
  });
});

describe('a client', () => {
  const other = makeCa({ name: 'Another CA' });

  it('shows a certificate that must match only to servers that name its issuer', () => {
    const only: Credential = { ...credentialOf('P-256', 'client'), mustMatchIssuer: true };
    const run = (authorities: readonly Uint8Array[]) => {
      const server = pairServer({ clientAuth: 'request', authorities });
      return new Pair(pairClient({ credentials: credentialChooser([only]) }), server).run().server.facts.peer ?? null;
    };
    expect(run([subjectOf(ca.der)])).not.toBeNull();
    expect(run([subjectOf(other.der)])).toBeNull();
    expect(run([])).toBeNull();
  });
});

describe.each(VERSIONS)('stapling in %s', (version) => {
  const versions = [version];
  const staple = new Uint8Array([9, 9, 9]);
  const run = (stapler: ServerOptions['stapler'], requestOcsp = true) =>
    new Pair(
      pairClient({ versions, requestOcsp, verifier: accepting }),
      pairServer({ versions, ...(stapler ? { stapler } : {}) }),
    ).run();

  it('asks the function when a client wants a response, and only then', () => {
    const asked: Credential[] = [];
    const stapler = (one: Credential) => {
      asked.push(one);
      return staple;
    };
    expect(run(stapler).client.facts.ocspResponse).toEqual(staple);
    expect(asked).toEqual([credentialOf('P-256')]);
    expect(run(stapler, false).client.facts.ocspResponse).toBeNull();
    expect(asked.length).toBe(1);
    expect(run(() => null).client.facts.ocspResponse).toBeNull();
  });

  it('ends with the error of the function', () => {
    const failing = (): never => {
      throw new Error('the responder is down');
    };
    expect(run(failing).server.error).toMatchObject({ code: 'ERR_TLS_STAPLE_FAILED', detail: 'the responder is down' });
    expect(run(() => 'text' as never).server.error?.code).toBe('ERR_TLS_STAPLE_FAILED');
  });
});

describe('a renegotiation', () => {
  const versions = ['TLSv1.2'] as const;
  const renegotiation = { limit: 5, window: 60_000 };

  it('keeps the protocol, which is not offered again', () => {
    const server = pairServer({ versions, renegotiation, alpn: ['mqtt'] });
    const pair = new Pair(pairClient({ versions, alpn: ['mqtt'] }), server).run();
    pair.client.renegotiate();
    pair.run();
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(pair.client.facts.alpn).toBe('mqtt');
    expect(pair.clientEvents.filter(({ type }) => type === 'secure').length).toBe(2);
  });

  it('ends where the server becomes another one', () => {
    const list = [credentialOf('P-256'), credentialOf('P-384')];
    const credentials = { select: () => list.shift() ?? null };
    const server = pairServer({ versions, renegotiation, credentials, groups: nodeProvider.groups });
    const pair = new Pair(pairClient({ versions }), server).run();
    pair.client.renegotiate();
    expect(pair.run().client.error?.code).toBe('ERR_TLS_CERTIFICATE_CHANGED');
  });
});

/** The subject of a certificate, as DER. */
function subjectOf(der: Uint8Array): Uint8Array {
  return parseCertificate(der).subject.der;
}
