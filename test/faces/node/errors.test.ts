import { once } from 'node:events';
import net from 'node:net';
import nodeTls, { type TlsOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ALERTS } from '../../../src/errors/index.ts';
import tls, { type ConnectOptions } from '../../../src/index.ts';
import { EKU, makeSelfSigned } from '../../support/pki.ts';
import { ca, client, failureOf, nodeServer, only, other, plainServer, secured, VERSIONS } from './support/servers.ts';

type Outcome = Record<string, unknown>;

/** OpenSSL adds where in its source an error arose. */
const OPENSSL_SOURCE = /(error:\w+:SSL routines:)[^:]*(:[^:]+):.*?:(SSL alert number \d+)?\s*$/s;

/** How a connection with node:tls and one with ours end, side by side. */
async function sideBySide(options: ConnectOptions): Promise<{ ours: Outcome; nodes: Outcome }> {
  const given = { host: '127.0.0.1', servername: 'localhost', ca: ca.cert, ...options };
  const nodes = await outcome(nodeTls.connect(given as nodeTls.ConnectionOptions) as never);
  return { ours: await outcome(tls.connect(given)), nodes };
}

async function outcome(socket: ReturnType<typeof tls.connect>): Promise<Outcome> {
  const outcome: Outcome = {};
  socket.on('error', (error) => {
    const { code, message, library, reason, host, path, port, localAddress } = error as Error & Record<string, unknown>;
    const words = message
      .replace(/^[0-9A-F]+:error:/, 'error:')
      .replace(OPENSSL_SOURCE, '$1$2:$3')
      .replace(/; if the root CA is installed locally, try running Node.js with --use-system-ca$/, '');
    Object.assign(outcome, { name: error.name, code, message: words, library, reason, host, path, port, localAddress });
  });
  socket.on('secureConnect', () => {
    outcome.authorized = socket.authorized;
    outcome.authorizationError = socket.authorizationError;
    socket.destroy();
  });
  await new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return outcome;
}

/** OpenSSL has no name for the first two; the others end nothing by themselves. */
const NOT_NAMED = ['general_error', 'ech_required', 'close_notify', 'user_canceled'];
const alerts = Object.entries(ALERTS).filter(([name]) => !NOT_NAMED.includes(name));

describe('received alerts are Node’s errors', () => {
  it.each(alerts)('%s', async (_name, number) => {
    const { port } = await plainServer((socket) => {
      socket.once('data', () => socket.write(Buffer.from([21, 3, 3, 0, 2, 2, number])));
    });
    const { ours, nodes } = await sideBySide({ port });
    expect(ours).toEqual(nodes);
    expect(ours.code).toMatch(/^ERR_SSL_/);
  });

  it('and ours is the cause', async () => {
    const { port } = await plainServer((socket) => {
      socket.once('data', () => socket.write(Buffer.from([21, 3, 3, 0, 2, 2, 40])));
    });
    const error = await failureOf(client(port));
    expect(error.cause).toMatchObject({ code: 'ERR_TLS_ALERT_RECEIVED', received: 'handshake_failure', blame: 'peer' });
  });

  it.each(VERSIONS)('a client certificate that is missing in %s', async (version) => {
    const { port } = await nodeServer({ requestCert: true, ca: ca.cert, ...only(version) });
    const socket = client(port);
    socket.resume();
    const { code } = await failureOf(socket);
    expect(code).toMatch(
      version === 'TLSv1.3' ? /^ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED$/ : /ALERT_HANDSHAKE_FAILURE$/,
    );
  });
});

const past = new Date('2020-01-01');
const future = new Date(Date.now() + 864e5);
const stranger = other.issue();
const hidden = ca.intermediate({ name: 'Hidden' }).issue();
const expired = ca.issue({ notBefore: new Date('2019-01-01'), notAfter: past });
const early = ca.issue({ notBefore: future });
const forClients = ca.issue({ eku: [EKU.client] });
const alone = makeSelfSigned();
const elsewhere = ca.issue({ name: 'elsewhere', san: ['dns:elsewhere.test', 'dns:*.wild.test', 'ip:10.0.0.1'] });
const byName = ca.issue({ name: 'old.test', san: null });
const nameless = ca.issue({ name: null, san: ['uri:http://localhost/'] });

describe.each(VERSIONS)('certificates that are refused are Node’s errors in %s', (version) => {
  const cases: [string, TlsOptions, ConnectOptions][] = [
    ['an unknown issuer', { cert: stranger.cert, key: stranger.key }, {}],
    ['a root that is sent but not trusted', { cert: stranger.cert + other.cert, key: stranger.key }, {}],
    ['a missing intermediate', { cert: hidden.cert, key: hidden.key }, {}],
    ['a self-signed certificate', { cert: alone.cert, key: alone.key }, {}],
    ['an expired certificate', { cert: expired.cert, key: expired.key }, {}],
    ['one that is not valid yet', { cert: early.cert, key: early.key }, {}],
    ['one for clients', { cert: forClients.cert, key: forClients.key }, {}],
    ['another name', { cert: elsewhere.cert, key: elsewhere.key }, {}],
    ['a name that no wildcard covers', { cert: elsewhere.cert, key: elsewhere.key }, { servername: 'a.b.wild.test' }],
    ['another address', { cert: elsewhere.cert, key: elsewhere.key }, { servername: undefined, host: '127.0.0.1' }],
    ['another common name', { cert: byName.cert, key: byName.key }, {}],
    ['no name at all', { cert: nameless.cert, key: nameless.key }, {}],
  ];
  it.each(cases)('%s', async (_name, server, options) => {
    const { port } = await nodeServer({ ...server, ...only(version) });
    const { ours, nodes } = await sideBySide({ port, ...options });
    expect(nodes.code).toBeTypeOf('string');
    expect(ours).toEqual(nodes);
    const open = await sideBySide({ port, rejectUnauthorized: false, ...options });
    expect(open.ours).toEqual(open.nodes);
    expect(open.ours.authorizationError).toBe(nodes.code);
  });

  const fine: [string, TlsOptions, ConnectOptions][] = [
    ['a wildcard', { cert: elsewhere.cert, key: elsewhere.key }, { servername: 'x.wild.test' }],
    ['a common name where there is nothing else', { cert: byName.cert, key: byName.key }, { servername: 'old.test' }],
    ['an address', {}, { servername: undefined, host: '127.0.0.1' }],
    ['a leaf that is trusted by itself', { cert: alone.cert, key: alone.key }, { ca: alone.cert }],
  ];
  it.each(fine)('but not %s', async (_name, server, options) => {
    const { port } = await nodeServer({ ...server, ...only(version) });
    const { ours, nodes } = await sideBySide({ port, ...options });
    expect(ours).toEqual({ authorized: true, authorizationError: null });
    expect(nodes).toEqual(ours);
  });

  it('and the server is told why', async () => {
    const { port, errors } = await nodeServer({ cert: expired.cert, key: expired.key, ...only(version) });
    await failureOf(client(port));
    for (let i = 0; errors.length === 0 && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(errors[0]?.code).toMatch(/ALERT_CERTIFICATE_EXPIRED$/);
  });
});

describe('the program’s own check of the name', () => {
  it('is given the host and the certificate in Node’s shape, with its issuers', async () => {
    const { port } = await nodeServer();
    const calls: unknown[][] = [];
    const checkServerIdentity = (...args: unknown[]) => {
      calls.push(args);
      return undefined;
    };
    await secured(port, { servername: 'anything.test', checkServerIdentity });
    const [[host, cert]] = calls as [[string, nodeTls.DetailedPeerCertificate]];
    expect(host).toBe('anything.test');
    expect(cert.subject.CN).toBe('localhost');
    expect(cert.issuerCertificate.subject.CN).toBe('Face CA');
    expect(cert.issuerCertificate.issuerCertificate).toBe(cert.issuerCertificate);
  });

  it('ends the connection with the very error that it returns', async () => {
    const { port } = await nodeServer();
    const reason = Object.assign(new Error('the pin differs'), { code: 'PIN' });
    expect(await failureOf(client(port, { checkServerIdentity: () => reason }))).toBe(reason);
    const socket = await secured(port, { checkServerIdentity: () => reason, rejectUnauthorized: false });
    expect([socket.authorized, socket.authorizationError]).toEqual([false, 'PIN']);
  });

  it('may be replaced on the module, for everybody', async () => {
    const { port } = await nodeServer();
    const usual = tls.checkServerIdentity;
    tls.checkServerIdentity = () => new Error('nobody');
    try {
      expect((await failureOf(client(port))).message).toBe('nobody');
    } finally {
      tls.checkServerIdentity = usual;
    }
  });

  it('that throws ends the connection', async () => {
    const { port } = await nodeServer();
    const reason = new Error('a fault');
    const checkServerIdentity = () => {
      throw reason;
    };
    expect((await failureOf(client(port, { checkServerIdentity }))).cause).toBe(reason);
  });
});

describe('transports that fail', () => {
  it('a port where nobody listens', async () => {
    const { port, server } = await plainServer(() => {});
    server.close();
    await once(server, 'close');
    const { ours, nodes } = await sideBySide({ port });
    expect(ours).toEqual(nodes);
    expect(ours.code).toBe('ECONNREFUSED');
  });

  it('a server that closes at once', async () => {
    const { port } = await plainServer((socket) => socket.end());
    const { ours, nodes } = await sideBySide({ port });
    expect(ours).toEqual(nodes);
    expect(ours).toMatchObject({ code: 'ECONNRESET', host: '127.0.0.1', port });
  });

  it('a server that closes in the middle of a handshake', async () => {
    const { port } = await plainServer((socket) => {
      socket.once('data', () => socket.end(Buffer.from([22, 3, 3, 0, 100, 2, 0, 0, 90])));
    });
    const { ours, nodes } = await sideBySide({ port });
    expect(ours).toEqual(nodes);
  });

  it('a server that resets', async () => {
    const { port } = await plainServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const { ours, nodes } = await sideBySide({ port });
    expect(ours).toEqual(nodes);
    expect(ours.code).toBe('ECONNRESET');
  });

  it.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
    ['SMTP', '220 mail.example ESMTP ready\r\n'],
    ['SSH', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'],
  ])('a server that speaks %s', async (_name, greeting) => {
    const { port } = await plainServer((socket) => socket.write(greeting));
    const error = await failureOf(client(port));
    expect(error.code).toBe('ERR_SSL_WRONG_VERSION_NUMBER');
    expect(error.cause).toMatchObject({ code: 'ERR_TLS_NOT_TLS' });
  });

  it('a name that does not exist', async () => {
    const { ours, nodes } = await sideBySide({ port: 1, host: 'does-not-exist.invalid' });
    expect(ours).toEqual(nodes);
    expect(ours.code).toBe('ENOTFOUND');
  });

  it('a path where no socket is', async () => {
    const { ours, nodes } = await sideBySide({ path: '/does/not/exist', host: undefined });
    expect(ours).toEqual(nodes);
    expect(ours.code).toBe('ENOENT');
  });
});

describe('a fatal alert of ours', () => {
  it('arrives, although the server has sent what we never read', async () => {
    let heard = '';
    const { port } = await plainServer((socket) => {
      let size = 0;
      socket.on('data', (chunk) => {
        if (size === 0) socket.write(Buffer.concat([Buffer.from('220 no TLS here\r\n'), Buffer.alloc(100_000, 'x')]));
        size += chunk.length;
        if (chunk[0] === 21) heard = chunk.toString('hex');
      });
      socket.on('end', () => socket.end());
      socket.on('error', (error) => {
        heard = error.message;
      });
    });
    await failureOf(client(port));
    expect(heard).toBe('15030300020246');
  });

  it('does not keep a connection whose peer never ends', async () => {
    const { port } = await plainServer((socket) => {
      socket.allowHalfOpen = true;
      socket.once('data', () => socket.write('nonsense'));
    });
    const before = Date.now();
    await failureOf(client(port));
    expect(Date.now() - before).toBeLessThan(3000);
  });
});

it('an error without listener ends the process, as everywhere', async () => {
  const { port } = await plainServer((socket) => socket.end());
  const raw = net.connect(port, '127.0.0.1');
  await once(raw, 'connect');
  const socket = tls.connect({ socket: raw });
  expect(socket.listenerCount('error')).toBe(0);
  socket.on('error', () => {});
  await once(socket, 'close').catch(() => {});
});
