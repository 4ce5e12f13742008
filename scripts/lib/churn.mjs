// Connections that are destroyed at moments chosen by a seed, and what can be seen of them afterwards.
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { signerOf } from './identities.mjs';

/** When a connection ends: by `destroy` at one of its ends, but for the last. */
export const MOMENTS = [
  'before connecting',
  'mid-handshake',
  'mid-signature',
  'when secure',
  'mid-write',
  'half-closed',
  'in order',
];
const VERSIONS = ['TLSv1.2', 'TLSv1.3'];
const BLOCK = Buffer.alloc(262_144, 1);
/** Most of what a handshake sends, in bytes of both directions. */
const HANDSHAKE_BYTES = 3500;
const STUCK_MS = 20_000;

/** @param tls the Node face, or node:tls @param made identities() */
export async function churn(tls, made) {
  const world = new World(tls, made);
  for (const version of VERSIONS) await world.listen(version);
  return world;
}

class World {
  constructor(tls, made) {
    this.tls = tls;
    this.made = made;
    this.servers = [];
    this.ports = {};
    /** Server ends that were accepted and are not matched with their client yet, by its port. */
    this.waiting = new Map();
    this.sessions = {};
    this.signers = new Map();
    this.alive = 0;
    this.registry = new FinalizationRegistry(() => {
      this.alive -= 1;
    });
  }

  async listen(version) {
    const server = this.tls.createServer(this.serverOptions(version));
    server.on('tlsClientError', () => {});
    server.on('connection', (raw) => this.waiting.get(raw.remotePort)?.accepted(raw));
    server.on('secureConnection', (socket) => {
      // In TLS 1.3 a client may be gone by the time that its server is done.
      const client = this.waiting.get(socket.remotePort) ?? new Connection(this, () => 0);
      client.opened(this.track(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.servers.push(server);
    this.ports[version] = server.address().port;
  }

  serverOptions(version) {
    const { ca, server } = this.made;
    const verify = { ca, requestCert: true, rejectUnauthorized: false };
    return { ...server, ...verify, minVersion: version, maxVersion: version, allowHalfOpen: true };
  }

  /** Reading a key takes longer than signing with it. */
  signerFor(pem) {
    if (!this.signers.has(pem)) this.signers.set(pem, signerOf(pem));
    return this.signers.get(pem);
  }

  track(socket) {
    this.alive += 1;
    this.registry.register(socket);
    socket.on('error', () => {});
    return socket;
  }

  /** How many connections ended at which moment. */
  async run({ connections, seed, atOnce }) {
    const counts = Object.fromEntries(MOMENTS.map((moment) => [moment, 0]));
    let next = 0;
    const lane = async () => {
      while (next < connections) {
        const random = randomFrom(seed * 1_000_003 + next++);
        const connection = new Connection(this, random);
        counts[connection.moment] += 1;
        await connection.run();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return counts;
  }

  async look() {
    let open = 0;
    for (const server of this.servers) {
      open += await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    }
    return { alive: this.alive, open };
  }

  close() {
    for (const server of this.servers) server.close();
  }
}

class Connection {
  constructor(world, random) {
    this.world = world;
    this.random = random;
    this.moment = pick(random, MOMENTS);
    this.version = pick(random, VERSIONS);
    this.overTcp = this.moment !== 'mid-signature' && random() < 0.5;
    /** Which end is destroyed. */
    this.victim = pick(random, ['client', 'server']);
    this.shows = random() < 0.5;
    this.resumes = random() < 0.3;
    this.server = null;
    this.closed = [];
  }

  async run() {
    if (this.overTcp) this.overLoopback();
    else this.overDuplex();
    this.client.once('secureConnect', () => this.secured());
    this.client.on('session', (session) => {
      this.world.sessions[this.version] = session;
    });
    this.client.on('end', () => this.client.end());
    this.client.resume();
    this.closed.push(closeOf(this.client));
    this.schedule();
    await this.ended();
  }

  overLoopback() {
    const port = this.world.ports[this.version];
    this.client = this.world.track(this.world.tls.connect({ ...this.clientOptions(), host: '127.0.0.1', port }));
    this.client.once('connect', () => {
      this.port = this.client.localPort;
      if (this.port !== undefined) this.world.waiting.set(this.port, this);
    });
  }

  overDuplex() {
    const cut = this.moment === 'mid-handshake' ? 1 + Math.floor(this.random() * HANDSHAKE_BYTES) : null;
    const [near, far] = transports(cut, () => this.destroy());
    const { tls, made } = this.world;
    const options = { ...this.world.serverOptions(this.version), isServer: true };
    const own = this.moment === 'mid-signature' ? { key: this.signer(made.server.key) } : {};
    this.opened(this.world.track(new tls.TLSSocket(far, { ...options, ...own })));
    this.client = this.world.track(tls.connect({ ...this.clientOptions(), socket: near }));
  }

  clientOptions() {
    const { made, sessions } = this.world;
    const { version, resumes } = this;
    const signs = this.moment === 'mid-signature' ? { key: this.signer(made.client.key) } : {};
    const own = this.shows || this.moment === 'mid-signature' ? { ...made.client, ...signs } : {};
    const session = resumes && this.moment !== 'mid-signature' ? sessions[version] : undefined;
    const limits = { minVersion: version, maxVersion: version };
    return { ca: made.ca, servername: 'trial.test', ...own, ...limits, ...(session && { session }) };
  }

  /** Answers late, or never, and by then an end may be gone. */
  signer(pem) {
    const sign = this.world.signerFor(pem);
    const silent = this.random() < 0.3;
    const delay = this.random() * 3;
    return (data, callback) => {
      setTimeout(() => this.destroy(), delay * this.random());
      if (!silent) setTimeout(() => callback(null, sign(data)), delay);
    };
  }

  accepted(raw) {
    this.raw = raw;
    this.closed.push(closeOf(raw));
  }

  opened(socket) {
    this.server = socket;
    // Nobody else ends a connection that may be half open.
    socket.on('end', () => setTimeout(() => socket.end(), this.moment === 'half-closed' ? 5 * this.random() : 0));
    socket.on('data', () => {});
    this.closed.push(closeOf(socket));
  }

  schedule() {
    if (this.moment === 'before connecting') this.soon(0);
    if (this.moment === 'mid-handshake' && this.overTcp) this.soon(8);
  }

  secured() {
    if (this.moment === 'when secure') this.destroy();
    else if (this.moment === 'mid-write') {
      for (let i = 0; i < 4; i++) this.client.write(BLOCK);
      this.server?.write(BLOCK);
      this.soon(6);
    } else if (this.moment === 'half-closed') {
      this.client.end('the last word');
      this.soon(4);
    } else this.client.end('hello');
  }

  soon(milliseconds) {
    setTimeout(() => this.destroy(), this.random() * milliseconds);
  }

  destroy() {
    const end = this.victim === 'client' ? this.client : (this.server ?? this.raw ?? this.client);
    end.destroy();
  }

  /** The other end hears of it, and ends as well. */
  async ended() {
    const stuck = setTimeout(() => {
      console.error(`stuck: ${this.moment}, ${this.version}, ${this.victim}, ${this.overTcp ? 'TCP' : 'Duplex'}`);
      process.exit(1);
    }, STUCK_MS);
    // Server ends come while one waits.
    for (let i = 0; i < this.closed.length; i++) await this.closed[i];
    clearTimeout(stuck);
    if (this.port !== undefined) this.world.waiting.delete(this.port);
  }
}

/** Two ends of a connection in memory; `cut` is called once after so many bytes of both directions. */
function transports(bytes, cut) {
  const meter = { left: bytes ?? Number.POSITIVE_INFINITY, cut };
  const [near, far] = [new End(meter), new End(meter)];
  near.peer = far;
  far.peer = near;
  return [near, far];
}

class End extends Duplex {
  constructor(meter) {
    super();
    this.meter = meter;
    this.peer = null;
  }

  _read() {}

  _write(chunk, _encoding, callback) {
    setImmediate(() => {
      const { meter, peer } = this;
      const before = meter.left;
      meter.left -= chunk.length;
      if (!peer.destroyed) peer.push(meter.left < 0 ? chunk.subarray(0, Math.max(0, before)) : chunk);
      callback();
      if (before >= 0 && meter.left < 0) setImmediate(meter.cut);
    });
  }

  _final(callback) {
    setImmediate(() => {
      if (!this.peer.destroyed) this.peer.push(null);
      callback();
    });
  }

  _destroy(error, callback) {
    setImmediate(() => this.peer.destroy());
    callback(error);
  }
}

function closeOf(socket) {
  return new Promise((resolve) => socket.once('close', resolve));
}

function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}

/** Numbers from 0 to 1 by Park and Miller's generator. */
function randomFrom(seed) {
  let state = (seed % 2_147_483_646) + 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let i = 0; i < 3; i++) next();
  return next;
}
