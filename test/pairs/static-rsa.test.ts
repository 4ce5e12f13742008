import { describe, expect, it } from 'vitest';
import { credentialChooser } from '../../src/config/credentials.ts';
import type { Suite } from '../../src/crypto/index.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { TLS_RSA_WITH_AES_128_GCM_SHA256 } from '../../src/providers/node/optin/suites-rsa.ts';
import {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
} from '../../src/providers/node/suites.ts';
import { credentialOf, decryptingCredential, pairClient, pairServer, ticketsOf } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';

const versions = ['TLSv1.2'] as const;
const { rsaDecrypt: _none, ...signer } = credentialOf('rsa').key;
/** An RSA key as most chips have it: it signs, and nothing else. */
const signing: Credential = { ...credentialOf('rsa'), key: signer };

function pairOf(suites: readonly Suite[], own: readonly Credential[], more: object = {}, session: object = {}): Pair {
  const credentials = credentialChooser(own);
  return new Pair(
    pairClient({ versions, suites, ...session }),
    pairServer({ versions, suites, credentials, ...more }),
  ).run();
}

describe('a server whose RSA key cannot decrypt', () => {
  it('chooses a suite that signs, although static RSA comes first', () => {
    const pair = pairOf([TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256], [signing]);
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(pair.server.facts.suite).toBe(TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
  });

  it('takes its other certificate where RSA could only decrypt', () => {
    const suites = [TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];
    const pair = pairOf(suites, [signing, credentialOf('P-256')]);
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(pair.server.facts.suite).toBe(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  });

  it('says so where there is nothing else', () => {
    const pair = pairOf([TLS_RSA_WITH_AES_128_GCM_SHA256], [signing]);
    expect(pair.server.error?.code).toBe('ERR_TLS_NO_CREDENTIAL');
    expect(pair.client.error?.received).toBe('handshake_failure');
  });

  it('resumes sessions of the suite that it chose', () => {
    const tickets = ticketsOf();
    const suites = [TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256];
    const first = pairOf(suites, [signing], { tickets });
    const session = first.clientEvents.flatMap((event) => (event.type === 'session' ? [event.session] : []))[0]!;
    const second = pairOf(suites, [signing], { tickets }, { sessions: { load: () => session } });
    expect([second.client.error, second.client.facts.resumed]).toEqual([null, true]);
  });
});

it('an RSA key that decrypts speaks static RSA, and need not sign as the client likes', () => {
  const pair = pairOf([TLS_RSA_WITH_AES_128_GCM_SHA256], [decryptingCredential()]);
  expect([pair.client.error, pair.server.error]).toEqual([null, null]);
  expect(pair.client.facts.suite).toBe(TLS_RSA_WITH_AES_128_GCM_SHA256);
});
