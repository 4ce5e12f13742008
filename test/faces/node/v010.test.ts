import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import tls, { type TLSSocket } from '../../../src/index.ts';
import { nodeClient, ourServer } from './support/ours.ts';
import { ca, client, leafOf, readAll } from './support/servers.ts';

const leaf = leafOf();

describe('what Node v0.10 documented', () => {
  it('has its names', () => {
    expect([tls.SLAB_BUFFER_SIZE, tls.CLIENT_RENEG_LIMIT, tls.CLIENT_RENEG_WINDOW]).toEqual([10_485_760, 3, 600]);
    expect(tls.createCredentials({ key: leaf.key, cert: leaf.chain }).context).toBeInstanceOf(tls.SecureContext);
  });

  it('a secure pair on each end of a connection', async () => {
    const server = net.createServer((raw) => {
      const pair = tls.createSecurePair(tls.createCredentials({ key: leaf.key, cert: leaf.chain }), true);
      pair.encrypted.pipe(raw).pipe(pair.encrypted);
      pair.on('secure', () => pair.cleartext.end('hello'));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    for (const [given, authorized] of [
      [ca.cert, true],
      [tls.rootCertificates[0]!, false],
    ] as const) {
      const raw = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
      const options = { host: 'localhost' };
      const pair = tls.createSecurePair(tls.createCredentials({ ca: given }), false, undefined, undefined, options);
      pair.encrypted.pipe(raw).pipe(pair.encrypted);
      const text = readAll(pair.cleartext);
      await once(pair, 'secure');
      expect(pair.cleartext.authorized).toBe(authorized);
      expect(String(await text)).toBe('hello');
      raw.destroy();
    }
    server.close();
  });

  it('NPNProtocols, with one warning, and npnProtocol', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    const { port } = await ourServer({ NPNProtocols: ['hello', 'world'] });
    const socket = client(port, { NPNProtocols: Buffer.from('\x05world') });
    await once(socket, 'secureConnect');
    expect([socket.npnProtocol, socket.alpnProtocol]).toEqual(['world', 'world']);
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warnings.map((one) => one.message).filter((text) => /NPNProtocols.*ALPNProtocols/.test(text))).toHaveLength(
      1,
    );
  });

  it('a newSession listener of two parameters is not waited for', async () => {
    const { port, server } = await ourServer({ maxVersion: 'TLSv1.2', secureOptions: 0x4000 });
    const ids: Buffer[] = [];
    server.on('newSession', (id: Buffer, _data: Buffer) => ids.push(id));
    await once(nodeClient(port), 'secureConnect');
    expect(ids[0]).toHaveLength(32);
  });

  it('bytesWritten has the overhead in it, and connections are counted', async () => {
    const { port, server, sockets } = await ourServer();
    const socket = client(port);
    await once(socket, 'secureConnect');
    await expect.poll(() => sockets.length).toBe(1);
    const [end] = sockets as [TLSSocket];
    const before = end.bytesWritten;
    end.write('x');
    expect(end.bytesWritten - before).toBeGreaterThan(1 + 16);
    expect((server as unknown as { connections: number }).connections).toBe(1);
  });

  it('maxConnections turns away whoever comes too much', async () => {
    const { port, server } = await ourServer();
    server.maxConnections = 1;
    await once(client(port), 'secureConnect');
    const [error] = await once(client(port), 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  });
});
