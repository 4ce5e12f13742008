// node:tls as a peer, told what to do by lines of JSON on standard input; one line of answer to each.
// {id, do: 'listen', ...tls} -> {id, port}; {id, do: 'connect', port, ...tls} -> {id, facts}; or {id, error}.
import { constants, createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import tls from 'node:tls';

const SUITES =
  'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256:ALL:@SECLEVEL=0';

/** The last session of each name. */
const sessions = new Map();

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, ...command } = JSON.parse(line);
  try {
    say({ id, ...(command.do === 'listen' ? await listen(command) : await connect(command)) });
  } catch (error) {
    say({ id, error: `${error.code ?? ''} ${error.message}` });
  }
});

function say(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** OpenSSL wants the curves of certificates among the groups of TLS 1.2. */
function optionsOf({ version, groups, curves = [], cert, key, ca, alpn, tickets = true, psk, more = [], sigalgs }) {
  return {
    minVersion: version,
    maxVersion: version,
    ciphers: SUITES,
    ecdhCurve: [...new Set([...groups, ...curves])].join(':'),
    cert: [cert, ...more.map((one) => one.cert)].filter((pem) => pem !== undefined),
    key: [key, ...more.map((one) => one.key)].filter((pem) => pem !== undefined),
    ca,
    sigalgs,
    ALPNProtocols: alpn,
    ...pskOf(psk),
    secureOptions: tickets ? 0 : constants.SSL_OP_NO_TICKET,
  };
}

/** A client gets a hint or null, a server its socket and an identity. */
function pskOf(psk) {
  if (psk === undefined) return {};
  const key = Buffer.from(psk.key, 'hex');
  const asServer = (identity) => (identity === psk.identity ? key : null);
  const pskCallback = (...args) => (args.length === 2 ? asServer(args[1]) : { psk: key, identity: psk.identity });
  return { pskCallback, checkServerIdentity: () => undefined };
}

function listen(command) {
  const { topic, demand } = command;
  const options = {
    ...optionsOf(command),
    dhparam: command.dhparam,
    honorCipherOrder: false,
    requestCert: demand,
    rejectUnauthorized: demand,
    allowHalfOpen: true,
  };
  const server = tls.createServer(options, (socket) => {
    socket.on('error', (error) => console.error(`server: ${error.message}`));
    (SERVES[topic] ?? serveEcho)(socket);
  });
  server.on('tlsClientError', (error) => console.error(`server: ${error.message}`));
  if (command.tickets === false) keepSessions(server);
  if (command.staple !== undefined) {
    server.on('OCSPRequest', (_certificate, _issuer, done) => done(null, Buffer.from(command.staple, 'hex')));
  }
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port }));
  });
}

function keepSessions(server) {
  const kept = new Map();
  server.on('newSession', (id, data, done) => {
    kept.set(id.toString('hex'), data);
    done();
  });
  server.on('resumeSession', (id, done) => done(null, kept.get(id.toString('hex')) ?? null));
}

const SERVES = {
  'peer closes': (socket) => socket.once('data', (data) => socket.end(data)).resume(),
  'half-close': (socket) => {
    const pieces = [];
    socket.on('data', (piece) => pieces.push(piece)).on('end', () => socket.end(Buffer.concat(pieces)));
  },
  'hello request': (socket) => {
    socket.renegotiate({}, (error) => error && socket.destroy(error));
    serveEcho(socket);
  },
};

function serveEcho(socket) {
  socket.on('data', (data) => socket.write(data)).on('end', () => socket.end());
}

async function connect(command) {
  const { port, topic, session, lines, line, size } = command;
  const socket = tls.connect({
    ...optionsOf(command),
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    requestOCSP: topic === 'stapling',
    session: session === undefined ? undefined : sessions.get(session),
    allowHalfOpen: true,
  });
  if (session !== undefined) socket.on('session', (ticket) => sessions.set(session, ticket));
  let staple = null;
  socket.on('OCSPResponse', (response) => {
    staple = response?.toString('hex') ?? null;
  });
  const reader = new Reader(socket);
  try {
    await reader.until(() => reader.secure);
    const facts = { ...factsOf(socket), staple };
    if (topic === 'renegotiation') await renegotiate(socket);
    for (let i = 0; i < lines; i++) await exchange(socket, reader, Buffer.alloc(size ?? line.length, line), topic);
    if (topic === 'peer closes') socket.end();
    await reader.until(() => reader.ended);
    if (reader.size > 0) throw new Error(`${reader.size} bytes too many`);
    socket.end();
    return { facts };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Sends this, and compares what comes back. */
async function exchange(socket, reader, bytes, topic) {
  socket.write(bytes);
  if (topic === 'half-close') socket.end();
  const back = await reader.read(bytes.length);
  const hash = (what) => createHash('sha256').update(what).digest('hex');
  if (hash(back) !== hash(bytes)) throw new Error('what came back is not what was sent');
}

/** Takes everything that happens to a socket, and lets one wait for it. */
class Reader {
  secure = false;
  ended = false;
  size = 0;
  #pieces = [];
  #error = null;
  #wake = () => {};

  constructor(socket) {
    socket.on('secureConnect', () => this.#note(() => (this.secure = true)));
    socket.on('data', (piece) => this.#note(() => (this.size += this.#pieces.push(piece) && piece.length)));
    socket.on('end', () => this.#note(() => (this.ended = true)));
    socket.on('error', (error) => this.#note(() => (this.#error = error)));
    socket.on('close', () => this.#note(() => (this.#error ??= new Error('the connection is gone'))));
  }

  async until(ready) {
    while (!ready()) {
      if (this.#error !== null) throw this.#error;
      await new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async read(size) {
    await this.until(() => this.size >= size || this.ended);
    if (this.size < size) throw new Error(`the end after ${this.size} of ${size} bytes`);
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all.subarray(size)];
    this.size = all.length - size;
    return all.subarray(0, size);
  }

  #note(change) {
    change();
    this.#wake();
  }
}

function renegotiate(socket) {
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('closed while renegotiating')));
    socket.renegotiate({}, (error) => (error ? reject(error) : resolve()));
  });
}

function factsOf(socket) {
  return {
    version: socket.getProtocol(),
    suite: socket.getCipher().standardName,
    resumed: socket.isSessionReused(),
    alpn: socket.alpnProtocol || null,
  };
}
