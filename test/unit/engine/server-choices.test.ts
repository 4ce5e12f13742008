import { describe, expect, test } from 'vitest';
import { credentialChooser } from '../../../src/config/credentials.ts';
import { schemeById } from '../../../src/crypto/index.ts';
import { dheServer } from '../../../src/handshake/server/exchange-dhe12.ts';
import { ecdheServer } from '../../../src/handshake/server/exchange12.ts';
import { ffdheParameters } from '../../../src/providers/node/optin/ffdhe.ts';
import { brainpoolP256r1, secp256k1 } from '../../../src/providers/node/optin/groups.ts';
import { TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 } from '../../../src/providers/node/optin/suites-dhe.ts';
import { optInVerifiers } from '../../../src/providers/node/optin/verifiers.ts';
import * as node from '../../../src/providers/node.ts';
import { credentialOf } from '../../support/configs.ts';
import { PeerClient12 } from '../../support/peer-client12.ts';
import { PeerClient13 } from '../../support/peer-client13.ts';
import { serverSession } from '../../support/server.ts';

const versions = ['TLSv1.2'] as const;

describe('a server of TLS 1.3', () => {
  test.each([brainpoolP256r1, secp256k1])(
    'never takes $name by its number of TLS 1.2 (RFC 9846, appendix B.3.1.4)',
    (group) => {
      const groups = [...node.nodeProvider.groups, group];
      const session = serverSession(new PeerClient13({ groups: [group.id], shares: [] }), { groups });
      expect(session.code).toBe('ERR_TLS_NO_COMMON_GROUP');
      expect(session.peer.types).toEqual([]);
    },
  );

  test('sends no ServerHello where no credential fits', () => {
    const session = serverSession(new PeerClient13(), { credentials: credentialChooser([]) });
    expect(session.code).toBe('ERR_TLS_NO_CREDENTIAL');
    expect(session.peer.types).toEqual([]);
    expect(session.peer.alerts).toEqual([{ level: 2, name: 'handshake_failure' }]);
  });
});

describe('a server of TLS 1.2', () => {
  test('asks for no signatures that TLS 1.3 alone knows', () => {
    const verifiers = [...node.nodeProvider.verifiers, ...optInVerifiers];
    const both = ['TLSv1.3', 'TLSv1.2'] as const;
    const session = serverSession(new PeerClient12(), { versions: both, verifiers, clientAuth: 'request' });
    const asked = session.peer.request!.supported_signature_algorithms.map((id) => schemeById(id)!);
    expect(asked.filter((scheme) => !scheme.tls12)).toEqual([]);
    expect(asked.length).toBeGreaterThan(10);
  });

  describe('with a finite-field group of RFC 7919', () => {
    const suites = [TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, node.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256];
    const credentials = credentialChooser([credentialOf('rsa')]);
    const parameters = ffdheParameters(2048);
    const suiteFor = (groups: readonly number[], group: { p: Uint8Array; g: Uint8Array; id?: number }) => {
      const client = new PeerClient12({ suites: suites.map(({ id }) => id), groups });
      const exchanges = [dheServer(group), ecdheServer];
      return serverSession(client, { versions, suites, credentials, exchanges }).engine.facts.suite?.name;
    };

    test('takes it with clients that list it, or no such group at all', () => {
      expect(suiteFor([256, 23], parameters)).toBe(suites[0]!.name);
      expect(suiteFor([23], parameters)).toBe(suites[0]!.name);
    });

    test('does not take it with clients that list others', () => {
      expect(suiteFor([257, 0x01ff, 23], parameters)).toBe(suites[1]!.name);
    });

    test('takes a group without a number with everybody', () => {
      expect(suiteFor([257, 23], { p: parameters.p, g: parameters.g })).toBe(suites[0]!.name);
    });
  });
});
