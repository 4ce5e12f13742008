import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { SigningKey, SignRequest } from '../../../src/crypto/index.ts';
import { settle } from '../../../src/engine/index.ts';
import type { Signal } from '../../../src/flow/index.ts';
import type { Credential } from '../../../src/handshake/credential.ts';
import { TLS_RSA_WITH_AES_128_GCM_SHA256 } from '../../../src/providers/node/optin/suites-rsa.ts';
import { credentialOf } from '../../support/configs.ts';
import { countedProvider } from '../../support/deterministic.ts';
import type { Peer } from '../../support/peer.ts';
import { PeerClient12 } from '../../support/peer-client12.ts';
import { PeerClient13 } from '../../support/peer-client13.ts';
import { countedServer, serverSession } from '../../support/server.ts';
import { Session } from '../../support/session.ts';

const COUNT = 1000;
/** How many signatures the device makes at once. */
const LANES = 16;

const CODES = [null, 'ERR_TLS_SIGN_FAILED', 'ERR_TLS_DESTROYED', 'ERR_TLS_TRUNCATED', 'ERR_TLS_RECORD_HEADER'];

/** A session that goes on by itself when a task is answered. */
class Waking extends Session<Peer> {
  protected override work(): void {
    settle(this.engine, () => this.run());
  }
}

interface Job {
  readonly signal: Signal;
  readonly finish: () => void;
  readonly refuse: () => void;
}

/** A device that many connections wait for. It works only when a test lets it. */
class SlowDevice {
  readonly queue: Job[] = [];
  /** Jobs that nobody waited for any more when their turn came. */
  givenUp: number = 0;

  /** A credential whose key is in the device. */
  holding(own: Credential): Credential {
    const { schemes, rsaDecrypt } = own.key;
    const key: SigningKey = {
      schemes,
      sign: (request: SignRequest) => this.wait(request.signal, () => own.key.sign(request)),
      ...(rsaDecrypt && {
        rsaDecrypt: {
          padding: rsaDecrypt.padding,
          run: (bytes: Uint8Array, signal: Signal) => this.wait(signal, () => rsaDecrypt.run(bytes, signal)),
        },
      }),
    };
    return { ...own, key };
  }

  /** Does so many jobs, the newest first if told so, and lets everybody take note. */
  async work(count: number, order: 'first' | 'last' = 'first'): Promise<void> {
    for (let i = 0; i < count; i++) {
      const job = order === 'first' ? this.queue.shift() : this.queue.pop();
      if (job === undefined) break;
      if (job.signal.aborted) this.givenUp += 1;
      job.finish();
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  private wait(signal: Signal, run: () => unknown): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const finish = (): void => resolve(run() as Uint8Array);
      this.queue.push({ signal, finish, refuse: () => reject(new Error('device error')) });
    });
  }
}

function begun(index: number, server: Partial<ServerOptions>): Waking {
  const provider = countedProvider(`server ${index}`);
  const is13 = index % 2 === 0;
  const options = { provider, versions: [is13 ? 'TLSv1.3' : 'TLSv1.2'], ...server } as const;
  return new Waking(countedServer(options), is13 ? new PeerClient13() : new PeerClient12()).run();
}

function isOpen({ engine, peer }: Session<Peer>): boolean {
  return engine.state === 'open' && engine.error === null && (peer as PeerClient13 | PeerClient12).done;
}

function exchange(session: Session<Peer>): void {
  session.engine.send(fromLatin1('x'));
  session.peer.sendData(fromLatin1('y'));
  session.run();
  expect([session.peer.data, session.data]).toEqual([fromLatin1('x'), fromLatin1('y')]);
}

describe('a thousand servers that wait for one slow key', () => {
  test('all finish, and none keeps another from its work meanwhile', async () => {
    const device = new SlowDevice();
    const credential = device.holding(credentialOf('ed25519'));
    const credentials = { select: () => credential };
    const sessions = Array.from({ length: COUNT }, (_, index) => begun(index, { credentials }));
    expect(device.queue).toHaveLength(COUNT);
    expect(sessions.every(({ engine }) => engine.task?.kind === 'sign' && engine.wantsInput)).toBe(true);
    expect(isOpen(serverSession(new PeerClient13()))).toBe(true);

    let open = 0;
    while (device.queue.length > 0) {
      await device.work(LANES);
      const now = sessions.filter(isOpen).length;
      expect(now - open).toBe(Math.min(LANES, COUNT - open));
      open = now;
    }
    expect(open).toBe(COUNT);
    for (const session of sessions) exchange(session);
  });

  test('in whatever order they are served', async () => {
    const device = new SlowDevice();
    const credential = device.holding(credentialOf('ed25519'));
    const sessions = Array.from({ length: 60 }, (_, index) =>
      begun(index, { credentials: { select: () => credential } }),
    );
    for (let i = 0; device.queue.length > 0; i++) await device.work(7, i % 2 === 0 ? 'last' : 'first');
    expect(sessions.every(isOpen)).toBe(true);
  });

  test('some are refused, some go away, some get bytes that nobody can read: the others do not mind', async () => {
    const device = new SlowDevice();
    const credential = device.holding(credentialOf('ed25519'));
    const sessions = Array.from({ length: 100 }, (_, index) =>
      begun(index, { credentials: { select: () => credential } }),
    );
    for (const [index, { engine }] of sessions.entries()) {
      if (index % 5 === 1) device.queue[index]!.refuse();
      if (index % 5 === 2) engine.destroy(new Error('gone'));
      if (index % 5 === 3) engine.receiveEnd();
      if (index % 5 === 4) engine.receive(new Uint8Array([24, 3, 3, 0, 1, 0]));
    }
    while (device.queue.length > 0) await device.work(LANES);
    for (const [index, session] of sessions.entries()) {
      expect(session.code, `${index}`).toBe(CODES[index % 5]);
      if (index % 5 === 0) exchange(session);
    }
    expect(device.givenUp).toBe(40);
  });

  test('static RSA waits for its key as well', async () => {
    const device = new SlowDevice();
    const credential = device.holding(credentialOf('rsa'));
    const suite = TLS_RSA_WITH_AES_128_GCM_SHA256;
    const server = { versions: ['TLSv1.2'], suites: [suite], credentials: { select: () => credential } } as const;
    const sessions = Array.from({ length: 50 }, (_, index) => {
      const options = { ...server, provider: countedProvider(`server ${index}`) };
      return new Waking(countedServer(options), new PeerClient12({ suite })).run();
    });
    expect(sessions.every(({ engine }) => engine.task?.kind === 'rsa-decrypt')).toBe(true);
    while (device.queue.length > 0) await device.work(LANES);
    expect(sessions.every(isOpen)).toBe(true);
    for (const session of sessions) exchange(session);
  });
});
