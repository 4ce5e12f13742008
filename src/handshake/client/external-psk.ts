import { EMPTY } from '../../bytes/index.ts';
import type { Suite } from '../../crypto/index.ts';
import type { Flow } from '../../flow/index.ts';
import { askForPsk, checkPskKey } from '../psk.ts';
import type { Session } from '../session.ts';
import type { ClientHandshake } from './settings.ts';

/**
 * A key agreed on elsewhere, in the form of a session to offer in TLS 1.3; null if there is none. Its hash is SHA-256,
 * since nobody said otherwise (RFC 9846, section 4.3.11).
 */
export function* externalPsk(hs: ClientHandshake, suites: readonly Suite[]): Flow<Session | null> {
  const { psk, pskInTls13, now, serverName } = hs.settings;
  const suite = suites.find((one) => one.version === 'TLSv1.3' && one.hash.name === 'sha256');
  if (psk === null || !pskInTls13 || suite === undefined || hs.before !== null) return null;
  const choice = yield* askForPsk((signal) => psk(null, signal));
  if (choice === null) return null;
  return {
    external: true,
    version: 'TLSv1.3',
    suite: suite.id,
    secret: checkPskKey(choice.key),
    ticket: choice.identity,
    id: EMPTY,
    ageAdd: 0,
    receivedAt: now(),
    lifetime: 0,
    maxEarlyData: 0,
    extendedMasterSecret: true,
    serverName,
    alpn: null,
    chain: [],
    notAfter: null,
    verified: false,
    peerScheme: null,
    group: null,
    ocspResponse: null,
    scts: null,
  };
}
