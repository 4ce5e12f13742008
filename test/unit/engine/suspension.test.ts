import { expect, test } from 'vitest';
import type { ClientOptions } from '../../../src/config/client.ts';
import type { TaskKind } from '../../../src/flow/index.ts';
import { countedClient } from '../../support/client.ts';
import { credentialOf } from '../../support/configs.ts';
import { PacedSession } from '../../support/paced.ts';
import { Peer12 } from '../../support/peer12.ts';
import { Peer13 } from '../../support/peer13.ts';
import { type Suspended, testSuspension } from './suspended.ts';

const mine: Partial<ClientOptions> = { credentials: { select: () => credentialOf('ed25519', 'client') } };
const authentication: readonly TaskKind[] = ['select-credential', 'sign', 'verify-signature'];

const KINDS: readonly Suspended[] = [
  {
    name: 'TLS 1.3 with client authentication',
    make: () => new PacedSession(countedClient(mine), new Peer13({ requestCertificate: true })),
    tasks: ['key-share', 'key-agree', 'verify-peer', 'verify-signature', ...authentication],
  },
  {
    name: 'TLS 1.3 with a HelloRetryRequest',
    make: () => new PacedSession(countedClient(), new Peer13({ retry: { group: 23, cookie: new Uint8Array(9) } })),
    tasks: ['key-share', 'key-share', 'key-agree', 'verify-peer', 'verify-signature'],
  },
  {
    name: 'TLS 1.2 with client authentication',
    make: () =>
      new PacedSession(countedClient({ ...mine, versions: ['TLSv1.2'] }), new Peer12({ requestCertificate: true })),
    tasks: ['verify-peer', 'verify-signature', 'key-agree', ...authentication],
  },
];

testSuspension(KINDS);

test('an answer for a task of another connection is not for this one', () => {
  const [one, two] = [KINDS[0]!.make(), KINDS[0]!.make()];
  one.pace = () => 'never';
  two.pace = () => 'never';
  one.run();
  two.run();
  const { task } = one.engine;
  one.engine.resume(two.engine.task!, null);
  one.engine.reject(two.engine.task!, new Error('no'));
  expect(one.engine).toMatchObject({ task, error: null, state: 'handshaking' });
});
