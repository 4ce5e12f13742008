// What the demo prints: headings, facts, and one timeline of all that happens, aligned.
import { styleText } from 'node:util';
import { fieldLines, stepOf } from './trace.mjs';

export class Report {
  #out;
  #verbose;
  #bold;
  #start = performance.now();

  /** @param {{ out: import('node:tty').WriteStream, verbose: boolean }} options */
  constructor({ out, verbose }) {
    this.#out = out;
    this.#verbose = verbose;
    this.#bold = out.isTTY === true && process.env.NO_COLOR === undefined;
  }

  line(text = '') {
    this.#out.write(`${text}\n`);
  }

  heading(text) {
    this.line();
    this.line(this.#bold ? styleText('bold', text) : text);
  }

  fact(name, value) {
    this.line(`  ${name.padEnd(16)}  ${value}`);
  }

  /** The timeline counts from here. */
  startClock() {
    this.#start = performance.now();
  }

  /**
   * One line of the timeline.
   * @param {'->' | '<-'} direction from the device, or to it
   * @param {'broker' | 'chip'} other
   * @param {{ what: string, bytes?: number | null, remark?: string }} step
   */
  step(direction, other, { what, bytes = null, remark = '' }) {
    const time = (performance.now() - this.#start).toFixed(1).padStart(8);
    const size = bytes === null ? '' : `${bytes} B`;
    const cells = [`${time} ms`, `device ${direction} ${other.padEnd(6)}`, what.padEnd(20), size.padStart(7), remark];
    this.line(cells.join('  ').trimEnd());
  }

  /** An event of signet-tls's trace: one line for each message of TLS itself, or, if verbose, everything. */
  trace(event) {
    const { type, from, protocol, description } = event;
    if (!this.#verbose && (type === 'record' || protocol === 'application_data')) return;
    this.step(from === 'client' ? '->' : '<-', 'broker', stepOf(event));
    if (this.#verbose) for (const line of fieldLines(description)) this.line(line);
  }

  /** An MQTT packet. */
  packet(direction, packet) {
    this.step(direction, 'broker', { what: packet.cmd.toUpperCase(), remark: PACKETS[packet.cmd]?.(packet) });
  }

  /** @param {import('signet-tls').TLSSocket} socket after its handshake */
  agreed(socket) {
    const { subject, issuer } = socket.getPeerCertificate();
    this.heading('Agreed');
    this.fact('version', socket.getProtocol());
    this.fact('cipher suite', socket.getCipher().standardName);
    this.fact('key exchange', socket.getEphemeralKeyInfo().name ?? '-');
    this.fact('broker', `${subject.CN}, as ${issuer.CN} certifies`);
    this.heading('Messages');
  }
}

/** What is worth telling of an MQTT packet. */
const PACKETS = {
  connect: ({ clientId }) => `client ${clientId}`,
  connack: ({ returnCode }) => (returnCode === 0 ? 'accepted' : `refused with code ${returnCode}`),
  subscribe: ({ subscriptions }) => subscriptions.map(({ topic, qos }) => `QoS ${qos}, ${topic}`).join('; '),
  suback: ({ granted }) => `granted QoS ${granted.join(', ')}`,
  publish: ({ topic, qos, payload }) => `QoS ${qos}, ${topic}, ${payload}`,
  puback: ({ messageId }) => `message ${messageId}`,
};
