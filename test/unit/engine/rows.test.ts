import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/index.ts';
import { sessionWith } from '../../support/client.ts';
import { pairClient, pairServer } from '../../support/configs.ts';
import { Pair } from '../../support/pair.ts';
import { Peer12 } from '../../support/peer12.ts';
import { Peer13 } from '../../support/peer13.ts';

const EMPTY = new Uint8Array(0);

describe('what comes in a row is counted together', () => {
  test('empty records between warnings begin no new row of warnings', () => {
    const session = sessionWith(new Peer12(), { versions: ['TLSv1.2'] });
    for (let i = 0; i < 5; i++) {
      session.peer.alert('warning', 'unrecognized_name');
      session.peer.record(23, EMPTY);
    }
    expect(session.run().code).toBe('ERR_TLS_TOO_MANY_WARNING_ALERTS');
  });

  test('warnings between empty records begin no new row of these', () => {
    const session = sessionWith(new Peer12(), { versions: ['TLSv1.2'], limits: { warningAlerts: 100 } });
    for (let i = 0; i < 33; i++) {
      session.peer.record(23, EMPTY);
      session.peer.alert('warning', 'unrecognized_name');
    }
    expect(session.run().code).toBe('ERR_TLS_TOO_MANY_EMPTY_RECORDS');
  });

  test('data begins both anew', () => {
    const session = sessionWith(new Peer12(), { versions: ['TLSv1.2'] });
    for (let i = 0; i < 40; i++) {
      session.peer.record(23, EMPTY);
      session.peer.alert('warning', 'unrecognized_name');
      session.peer.sendData(new Uint8Array(1));
    }
    expect(session.run().code).toBeNull();
  });
});

describe('the version of records', () => {
  test('is that of TLS 1.2 from the first record of a server on', () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const pair = new Pair(pairClient({ versions: [version] }), pairServer({ versions: [version] })).begin();
      pair.toServer();
      const first = pair.server.takeOutput()!;
      expect([first[0], first[1], first[2]]).toEqual([22, 3, 3]);
    }
  });

  test.each([
    ['TLS 1.3', () => sessionWith(new Peer13())],
    ['TLS 1.2', () => sessionWith(new Peer12(), { versions: ['TLSv1.2'] })],
  ] as const)('does not change under protection: %s', (_name, open) => {
    const session = open();
    session.peer.sendData(new Uint8Array(3));
    const record = session.peer.take();
    record[2] = 0xbb;
    session.client.receive(record);
    expect(session.code).toBe('ERR_TLS_RECORD_VERSION');
  });
});

describe('flights take turns', () => {
  test('a server answers no ClientHello with which the next message begins', () => {
    const pair = new Pair(pairClient({ versions: ['TLSv1.2'] }), pairServer({ versions: ['TLSv1.2'] })).begin();
    const hello = pair.client.takeOutput()!;
    const longer = concat(hello, new Uint8Array([16, 0, 0]));
    longer[3] = (longer.length - 5) >> 8;
    longer[4] = (longer.length - 5) & 255;
    pair.deliver(longer);
    expect(pair.server.error?.code).toBe('ERR_TLS_EXCESS_HANDSHAKE_DATA');
  });
});
