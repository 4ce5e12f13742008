// An endpoint as AWS IoT Core has them, on the loopback interface: haproxy, nginx and mosquitto, with certificates made anew.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts, Program } from '../../../demo/program.mjs';
import { Tidy } from '../../../demo/tidy.mjs';
import { Authorities } from './authorities.mjs';
import { haproxyConfiguration, mosquittoConfiguration, nginxConfiguration, PORTS } from './configuration.mjs';

export { ALPN } from './configuration.mjs';

const SERVER_NAME = 'a1example2b3c4-ats.iot.us-east-1.amazonaws.test';
const HINT = { hint: 'since the endpoint is made of haproxy, nginx and mosquitto' };
/** Somebody else may take a port between its choice and its use. */
const ATTEMPTS = 3;
/** As configuration.mjs has haproxy log; `--` says that nothing ended the connection so far. */
const ADMITTED = /^-- (\S+) (\S+) (\S+) alpn=(\S+) sni=(\S+) device=(.*)$/gm;

/**
 * Starts it on free ports of 127.0.0.1. Rejects where a program is missing, in one sentence.
 * @param {{ expired?: boolean }} options `expired`: its own certificates, yesterday
 * @returns {Promise<Endpoint>}
 */
export async function startEndpoint({ expired = false } = {}) {
  const authorities = new Authorities(SERVER_NAME.replace(/^[^.]+/, '*'), { expired });
  for (let attempt = 1; ; attempt++) {
    const endpoint = new Endpoint(authorities);
    try {
      await endpoint.start();
      return endpoint;
    } catch (error) {
      await endpoint.close();
      if (attempt === ATTEMPTS || !/in use/i.test(error.message)) throw error;
    }
  }
}

class Endpoint {
  serverName = SERVER_NAME;
  host = '127.0.0.1';
  /** @type {Record<string, number>} */
  ports = {};
  #authorities;
  #tidy = new Tidy();
  #haproxy;

  constructor(authorities) {
    this.#authorities = authorities;
  }

  /** What devices trust, PEM. */
  get roots() {
    return this.#authorities.roots;
  }

  issueDevice(name, publicKey, kind) {
    return this.#authorities.issueDevice(name, publicKey, kind);
  }

  /** Those whom haproxy let through to the broker, and how, in the order in which they came. */
  get admitted() {
    const lines = this.#haproxy.log.matchAll(ADMITTED);
    return Array.from(lines, ([, port, version, suite, alpn, serverName, device]) => {
      return { port, version, suite, alpn: alpn === '-' ? null : alpn, serverName, device };
    });
  }

  close() {
    return this.#tidy.run();
  }

  async start() {
    const folder = mkdtempSync(path.join(tmpdir(), 'signet-aws-iot-'));
    this.#tidy.add(() => rmSync(folder, { recursive: true, force: true }));
    const numbers = await freePorts(PORTS.length);
    this.ports = Object.fromEntries(PORTS.map((name, index) => [name, numbers[index]]));
    const file = (name) => path.join(folder, name);
    for (const [name, text] of Object.entries(this.#files(file))) writeFileSync(file(name), text, { mode: 0o600 });
    const mosquitto = this.#run('mosquitto', ['-c', file('mosquitto.conf')]);
    const nginxArgs = ['-e', 'stderr', '-p', folder, '-c', file('nginx.conf')];
    const nginx = this.#run('nginx', nginxArgs, 'nginx libnginx-mod-stream');
    this.#haproxy = this.#run('haproxy', ['-db', '-f', file('haproxy.cfg')]);
    await Promise.all([
      mosquitto.says(/mosquitto version (\S+) running/),
      nginx.until(() => isOpen(this.ports.passThrough)),
      this.#haproxy.until(() => isOpen(this.ports.alpn)),
    ]);
  }

  #run(name, args, debian = name) {
    const program = new Program(name, args, { package: debian, ...HINT });
    this.#tidy.add(() => program.stop());
    return program;
  }

  #files(file) {
    const { servers, devices } = this.#authorities;
    const [rsa, ecdsa] = ['RSA-2048', 'P-256'].map((kind) => servers[kind].chain + servers[kind].key);
    return {
      'devices.crt': devices,
      'rsa.pem': rsa,
      'ecdsa.pem': ecdsa,
      'both.pem.rsa': rsa,
      'both.pem.ecdsa': ecdsa,
      'haproxy.cfg': haproxyConfiguration(file, this.ports),
      'nginx.conf': nginxConfiguration(file, this.ports, SERVER_NAME),
      'mosquitto.conf': mosquittoConfiguration(file, this.ports),
    };
  }
}

/** True once somebody listens on this port, null until then. */
function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(null));
  });
}
