import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import tls, { type ConnectOptions, type TLSSocket } from '../../../src/index.ts';
import { ourServer } from './support/ours.ts';
import { client, nodeServer, readAll, secured } from './support/servers.ts';

/** Says what came, and whether it came early. */
function echo(socket: TLSSocket): void {
  socket.once('data', (data: Buffer) => socket.end(`${socket.earlyDataAccepted} ${data}`));
}

async function sessionOf(port: number, options: ConnectOptions = {}): Promise<Buffer> {
  const socket = client(port, options);
  const [session] = (await once(socket, 'session')) as [Buffer];
  socket.destroy();
  return session;
}

async function ask(port: number, options: ConnectOptions): Promise<[boolean | null, string]> {
  const socket = client(port, options);
  expect(socket.earlyDataAccepted).toBeNull();
  await once(socket, 'secureConnect');
  const accepted = socket.earlyDataAccepted;
  if (accepted !== true) socket.write('late');
  return [accepted, (await readAll(socket)).toString()];
}

describe('earlyData', () => {
  it('arrives with the hello where both ends want it', async () => {
    const { port } = await ourServer({ acceptEarlyData: true }, echo);
    const session = await sessionOf(port);
    expect(await ask(port, { session, earlyData: 'early' })).toEqual([true, 'true early']);
  });

  it('is not sent without a session, or one that does not allow so much; what is written goes its way', async () => {
    const { port } = await ourServer({ acceptEarlyData: { maxBytes: 4 } }, echo);
    expect(await ask(port, { earlyData: 'early' })).toEqual([false, 'null late']);
    expect(await ask(port, { session: await sessionOf(port), earlyData: 'early' })).toEqual([false, 'true late']);
    expect(await ask(port, { session: await sessionOf(port), earlyData: Buffer.from('four') })).toEqual([
      true,
      'true four',
    ]);
  });

  it('may be any view of bytes', async () => {
    const { port } = await ourServer({ acceptEarlyData: true }, echo);
    const bytes = new Uint8Array(Buffer.from('..words.')).buffer;
    for (const view of [new Uint16Array(bytes, 2, 2), new DataView(bytes, 2, 4)]) {
      expect(await ask(port, { session: await sessionOf(port), earlyData: view })).toEqual([true, 'true word']);
    }
  });

  it('is refused by servers that do not accept it, and by those whose guard has seen it', async () => {
    const plain = await ourServer({}, echo);
    const none = await sessionOf(plain.port);
    expect(await ask(plain.port, { session: none, earlyData: 'early' })).toEqual([false, 'null late']);
    const never = await ourServer({ acceptEarlyData: { guard: { claim: () => false } } }, echo);
    expect((await ask(never.port, { session: await sessionOf(never.port), earlyData: 'early' }))[0]).toBe(false);
  });

  it('is nothing where nobody speaks of it', async () => {
    const { port, sockets } = await ourServer({ acceptEarlyData: true }, (socket) => socket.end('hello'));
    const socket = await secured(port, { session: await sessionOf(port) });
    expect([socket.earlyDataAccepted, sockets.at(-1)!.earlyDataAccepted]).toEqual([null, null]);
    const old = await nodeServer({ maxVersion: 'TLSv1.2' });
    const session = await sessionOf(old.port);
    expect((await secured(old.port, { session, earlyData: 'early' })).earlyDataAccepted).toBe(false);
  });

  it.each([
    [{ acceptEarlyData: 'yes' }, 'ERR_INVALID_ARG_TYPE'],
    [{ acceptEarlyData: { maxBytes: 0 } }, 'ERR_TLS_CONFIG'],
    [{ acceptEarlyData: { guard: {} } }, 'ERR_TLS_CONFIG'],
  ])('%j is refused at once', (options, code) => {
    expect(() => tls.createSecureContext(options as never)).toThrow(expect.objectContaining({ code }));
  });

  it('has to be text or bytes', () => {
    expect(() => tls.connect({ port: 1, earlyData: 1 as never })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });
});
