import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '../../src/bytes/index.ts';
import type { ClientOptions } from '../../src/config/client.ts';
import { credentialChooser } from '../../src/config/credentials.ts';
import type { ServerOptions } from '../../src/config/server.ts';
import { dhePskServer } from '../../src/handshake/server/exchange-dhe12.ts';
import { ecdhePskServer, pskServer } from '../../src/handshake/server/exchange-psk12.ts';
import { rsaPskServer } from '../../src/handshake/server/exchange-rsa12.ts';
import type { PskKeeper } from '../../src/handshake/server/settings.ts';
import { ffdheParameters } from '../../src/providers/node/optin/ffdhe.ts';
import {
  TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,
  TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
  TLS_PSK_WITH_AES_128_GCM_SHA256,
  TLS_RSA_PSK_WITH_AES_128_GCM_SHA256,
} from '../../src/providers/node/optin/suites-psk.ts';
import { nodeProvider } from '../../src/providers/node.ts';
import { credentialOf, decryptingCredential, pairClient, pairServer, ticketsOf } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';

const versions = ['TLSv1.2'] as const;
const SUITES = [
  TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
  TLS_PSK_WITH_AES_128_GCM_SHA256,
  TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,
  TLS_RSA_PSK_WITH_AES_128_GCM_SHA256,
];
const EXCHANGES = [ecdhePskServer, pskServer, dhePskServer(ffdheParameters(2048)), rsaPskServer];
const CREDENTIALS = credentialChooser([credentialOf('P-256'), decryptingCredential()]);
const KEY = fromLatin1('sixteen or more bytes');
const identity = fromLatin1('sensor 7');

const keeper: PskKeeper = {
  hint: fromLatin1('plant A'),
  find: (name) => (toLatin1(name) === 'sensor 7' ? KEY : null),
};

function pairOf(client: Partial<ClientOptions>, server: Partial<ServerOptions> = {}): Pair {
  const suites = [...nodeProvider.suites, ...SUITES];
  const psk = (): { identity: Uint8Array; key: Uint8Array } => ({ identity, key: KEY });
  return new Pair(
    pairClient({ versions, suites: SUITES, psk, ...client }),
    pairServer({ versions, suites, credentials: CREDENTIALS, psk: keeper, exchanges: EXCHANGES, ...server }),
  ).run();
}

describe.each(SUITES)('$name', (suite) => {
  const suites = [suite];

  it('opens with the key of the identity, and with a certificate only in RSA_PSK', () => {
    const hints: (string | null)[] = [];
    const psk = (hint: Uint8Array | null) => {
      hints.push(hint === null ? null : toLatin1(hint));
      return { identity, key: KEY };
    };
    const pair = pairOf({ suites, psk });
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(hints).toEqual(['plant A']);
    expect(pair.client.facts.suite).toBe(suite);
    const shown = suite.auth === null ? null : decryptingCredential();
    expect(pair.server.facts.credential ?? null).toBe(shown);
    expect(pair.client.facts.peer?.chain ?? null).toEqual(shown?.chain ?? null);
    expect(pair.server.facts.pskIdentity).toEqual(identity);
    pair.client.send(fromLatin1('hello'));
    expect(toLatin1(pair.run().received('server'))).toBe('hello');
  });

  it('resumes without asking for the key again', () => {
    const tickets = ticketsOf();
    const first = pairOf({ suites }, { tickets });
    const session = first.clientEvents.flatMap((event) => (event.type === 'session' ? [event.session] : []))[0]!;
    const psk = (): never => {
      throw new Error('nobody should ask');
    };
    const second = pairOf({ suites, psk, sessions: { load: () => session } }, { tickets });
    expect(second.client.error ?? second.server.error).toBeNull();
    expect([second.client.facts.resumed, second.server.facts.resumed]).toEqual([true, true]);
  });

  it('ends with Finished where the keys differ', () => {
    const pair = pairOf({ suites, psk: () => ({ identity, key: fromLatin1('another key of many bytes') }) });
    expect(pair.server.error?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
  });

  it('ends where the identity is unknown, or nobody has a key', () => {
    const unknown = pairOf({ suites, psk: () => ({ identity: fromLatin1('sensor 8'), key: KEY }) });
    expect(unknown.server.error?.code).toBe('ERR_TLS_UNKNOWN_PSK_IDENTITY');
    expect(pairOf({ suites, psk: () => null }).client.error?.code).toBe('ERR_TLS_UNKNOWN_PSK_IDENTITY');
  });

  it('ends where the function fails, or returns no key', () => {
    const failing = (): never => {
      throw new Error('the vault is shut');
    };
    expect(pairOf({ suites, psk: failing }).client.error).toMatchObject({
      code: 'ERR_TLS_PSK_FAILED',
      detail: 'the vault is shut',
    });
    expect(pairOf({ suites }, { psk: { find: failing } }).server.error?.code).toBe('ERR_TLS_PSK_FAILED');
    const empty = pairOf({ suites }, { psk: { find: () => new Uint8Array(0) } });
    expect(empty.server.error?.code).toBe('ERR_TLS_PSK_FAILED');
  });

  it('is not accepted by a server that has no keys', () => {
    expect(pairOf({ suites }, { psk: null }).server.error?.code).toBe('ERR_TLS_NO_COMMON_CIPHER');
  });
});

it('without a hint, where it is left out or empty', () => {
  for (const suite of SUITES) {
    const hints: unknown[] = [];
    const psk = (hint: Uint8Array | null) => {
      hints.push(hint);
      return { identity, key: KEY };
    };
    const pair = pairOf({ suites: [suite], psk }, { psk: { ...keeper, hint: null } });
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(hints).toEqual([null]);
  }
});

it('RSA_PSK needs an RSA key that decrypts, and goes on in the dark where what it decrypts is wrong', () => {
  const suites = [TLS_RSA_PSK_WITH_AES_128_GCM_SHA256];
  const { rsaDecrypt: _none, ...signer } = decryptingCredential().key;
  const only = credentialChooser([{ ...decryptingCredential(), key: signer }]);
  expect(pairOf({ suites }, { credentials: only }).server.error?.code).toBe('ERR_TLS_NO_CREDENTIAL');
  const rsaDecrypt = { padding: 'pkcs1', run: () => new Uint8Array(3) } as const;
  const broken = credentialChooser([{ ...decryptingCredential(), key: { ...signer, rsaDecrypt } }]);
  expect(pairOf({ suites }, { credentials: broken }).server.error?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
});
