import { plainBytes, Queue } from '../bytes/index.ts';
import { ALERTS, type AlertName, asTlsError, fail, TlsError } from '../errors/index.ts';
import type { Flow, Task } from '../flow/index.ts';
import { Handshake } from '../handshake/context.ts';
import type { AfterHandshake, Established } from '../handshake/established.ts';
import type { Event } from '../handshake/events.ts';
import type { Facts } from '../handshake/facts.ts';
import { Inbox } from '../handshake/inbox.ts';
import type { ChangeCipherSpecRule, Link } from '../handshake/link.ts';
import type { Settings } from '../handshake/settings.ts';
import type { Version } from '../handshake/version.ts';
import type { Opener, Sealer } from '../record/index.ts';
import { ContentType, HandshakeType } from '../wire/index.ts';
import { readAlert } from './alert.ts';
import { Early } from './early.ts';
import type { Engine } from './engine.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import { Runner, type RunnerOwner } from './runner.ts';
import { Trace } from './trace.ts';

/** How many records before its limit a key is changed, or given up where it cannot be (TLS 1.2). */
const KEY_RESERVE = 1024;
/** How many records are sent before the limit is looked at again. */
const KEY_STEP = KEY_RESERVE / 2;

/** The one engine: drives a handshake flow, then carries data. */
export class Connection<S extends Settings> implements Engine, Link, RunnerOwner {
  state: Engine['state'] = 'handshaking';
  error: TlsError | null = null;
  private readonly role: 'client' | 'server';
  private readonly settings: S;
  private hs: Handshake<S> | null;
  private known: Readonly<Partial<Facts>>;
  private readonly incoming: Incoming;
  private readonly outgoing: Outgoing;
  private readonly inbox: Inbox;
  private readonly events: Queue<Event> = new Queue();
  private readonly runner: Runner;
  readonly early: Early;
  private after: AfterHandshake | null = null;
  private version: Version | null = null;
  /** The transport will bring nothing more; what it brought may still wait for a task. */
  private ended: boolean = false;
  private readClosed: boolean = false;
  private writeClosed: boolean = false;

  constructor(role: 'client' | 'server', settings: S, begin: (hs: Handshake<S>) => Flow<Established>) {
    this.role = role;
    this.settings = settings;
    const trace = settings.tracer === null ? null : new Trace(settings.tracer, role, (event) => this.emit(event));
    this.incoming = new Incoming(role, settings.limits, trace);
    this.outgoing = new Outgoing(role, settings.maxSendFragment, trace);
    this.early = new Early(this.incoming, this.outgoing, (event) => this.emit(event));
    this.inbox = new Inbox(settings.limits.handshakeMessage);
    this.hs = new Handshake(role, settings, this);
    this.known = this.hs.facts;
    this.runner = new Runner(this);
    this.runner.start(begin(this.hs));
    this.flushFlight();
  }

  // What a host sees.

  get task(): Task | null {
    return this.runner.task;
  }

  get facts(): Readonly<Partial<Facts>> {
    return this.known;
  }

  get wantsInput(): boolean {
    if (this.ended || this.readClosed || this.over) return false;
    return this.runner.task === null || this.incoming.buffered < this.settings.limits.buffered;
  }

  get writable(): boolean {
    if (this.writeClosed || this.over) return false;
    return this.state === 'handshaking' ? this.early.keys !== null : this.after !== null;
  }

  get earlyDataLeft(): number {
    return this.writeClosed || this.over ? 0 : this.early.toSend;
  }

  receive(bytes: Uint8Array): void {
    if (this.ended || this.readClosed || this.over) return;
    this.incoming.push(plainBytes(bytes));
    this.pump();
  }

  receiveEnd(): void {
    if (this.readClosed || this.over) return;
    this.ended = true;
    this.pump();
  }

  send(plaintext: Uint8Array): void {
    if (!this.writable) fail('ERR_TLS_STATE', `send while the connection is ${this.state}`);
    if (this.after !== null) this.after.beforeData();
    this.outgoing.flush();
    const step = KEY_STEP * this.outgoing.maxFragment;
    for (let at = 0; at < plaintext.length; at += step) {
      if (this.outgoing.left < KEY_RESERVE) this.spareKey();
      if (this.over) return;
      this.outgoing.data(plaintext.length <= step ? plaintext : plaintext.subarray(at, at + step));
    }
    this.outgoing.flush();
  }

  sendEarly(plaintext: Uint8Array): number {
    return this.earlyDataLeft === 0 ? 0 : this.early.send(plaintext);
  }

  close(): void {
    if (this.writeClosed || this.over) return;
    if (this.state === 'handshaking') this.destroy();
    else {
      this.writeAlert('warning', 'close_notify');
      this.writeClosed = true;
      this.settleState();
    }
  }

  destroy(reason?: unknown): void {
    if (this.over) return;
    if (this.state === 'handshaking') {
      this.failWith(reason === undefined ? new TlsError('ERR_TLS_DESTROYED') : asTlsError(reason, 'ERR_TLS_DESTROYED'));
    } else {
      this.state = 'closed';
      this.release(reason);
    }
  }

  takeOutput(): Uint8Array | null {
    return this.outgoing.take();
  }

  takeEvent(): Event | null {
    return this.events.shift();
  }

  resume<T>(task: Task<T>, output: T): void {
    if (this.runner.resume(task as Task, output)) this.pump();
  }

  reject(task: Task, reason: unknown): void {
    if (this.runner.reject(task, reason)) this.pump();
  }

  updateKeys(requestPeer: boolean = false): void {
    if (!this.writable) fail('ERR_TLS_STATE', `a key update while the connection is ${this.state}`);
    this.after!.updateKeys(requestPeer);
    this.outgoing.flush();
  }

  renegotiate(): void {
    this.another((after) => after.renegotiate());
  }

  requestCertificate(): void {
    this.another((after) => after.requestCertificate());
  }

  exportKeys(label: string, context: Uint8Array | null, length: number): Uint8Array {
    const keys = this.after ?? this.early.keys;
    if (keys === null || this.over) fail('ERR_TLS_STATE', `keys are exported while it is ${this.state}`);
    return keys.exportKeys(label, context, length);
  }

  // What a handshake sees.

  writeHandshake(message: Uint8Array): void {
    // Flights take turns: whoever begins to answer has read all that there was.
    if (this.runner.busy && this.mustWait && !this.inbox.empty) fail('ERR_TLS_EXCESS_HANDSHAKE_DATA');
    // Nothing follows close_notify, not even the answer to a KeyUpdate.
    if (!this.writeClosed) this.outgoing.handshake(message);
  }

  writeChangeCipherSpec(): void {
    this.outgoing.changeCipherSpec();
  }

  writeWarning(alert: 'no_renegotiation'): void {
    if (!this.writeClosed) this.writeAlert('warning', alert);
  }

  installRead(opener: Opener): void {
    if (!this.inbox.empty) fail('ERR_TLS_EXCESS_HANDSHAKE_DATA');
    this.incoming.install(opener);
  }

  installWrite(sealer: Sealer): void {
    this.outgoing.install(sealer);
  }

  setVersion(version: Version, exchange: string | null): void {
    this.version = version;
    this.incoming.setVersion(version, exchange);
    this.outgoing.setVersion(version, exchange);
  }

  setMaxFragment(size: number): void {
    this.outgoing.limit(size);
  }

  setMaxReceived(size: number): void {
    this.incoming.setMaxContent(size);
  }

  expectChangeCipherSpec(rule: ChangeCipherSpecRule): void {
    this.incoming.changeCipherSpec = rule;
  }

  emit(event: Event): void {
    this.events.push(event);
  }

  // What the runner of flows sees.

  finished(established: Established | null): void {
    if (established === null) return;
    // In TLS 1.3 the keys change here, which looks at the same.
    if (this.version === 'TLSv1.2' && !this.inbox.empty) fail('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'behind Finished');
    this.after = established.after;
    this.known = established.facts;
    this.hs = null;
    if (this.state === 'handshaking') this.state = 'open';
    established.facts.maxFragment = this.outgoing.maxFragment;
    this.emit({ type: 'secure' });
  }

  failed(error: TlsError): void {
    this.failWith(error);
  }

  // Inside.

  private get over(): boolean {
    return this.state === 'failed' || this.state === 'closed';
  }

  /** Does all that can be done without the host or more bytes. */
  private pump(): void {
    try {
      while (!this.over && !this.readClosed && this.once());
    } catch (reason) {
      this.failWith(asTlsError(reason));
    }
    if (this.ended) this.endOfTransport();
    this.flushFlight();
  }

  /** A flight goes out whole: one that waits for a signature would take a record and a packet more in two parts. */
  private flushFlight(): void {
    if (this.runner.task === null) this.outgoing.flush();
  }

  /** One step; false if there is nothing to do. */
  private once(): boolean {
    if (this.inbox.ready) {
      if (this.runner.task !== null) return false;
      this.deliver();
      return true;
    }
    if (this.runner.task !== null && this.mustWait) return false;
    const content = this.incoming.next();
    if (content !== null) this.dispatch(this.incoming.type, content);
    return content !== null;
  }

  /** Whether records stay closed while a task runs: its outcome tells when change_cipher_spec and new keys are due. */
  private get mustWait(): boolean {
    return this.state === 'handshaking' || this.version === 'TLSv1.2';
  }

  private dispatch(type: number, content: Uint8Array): void {
    const { handshake, application_data, alert, change_cipher_spec } = ContentType;
    if (type !== handshake && this.inbox.interrupted) fail('ERR_TLS_INTERLEAVED_HANDSHAKE');
    if ((type === handshake || type === application_data) && content.length > 0) this.incoming.progress();
    if (type === application_data) this.receiveData(content);
    else if (type === handshake) this.inbox.push(content);
    else if (type === alert) this.receiveAlert(content);
    else if (type === change_cipher_spec) this.incoming.checkChangeCipherSpec(content, this.inbox.empty);
    else fail('ERR_TLS_UNEXPECTED_RECORD', `content type ${type}`);
  }

  private receiveData(content: Uint8Array): void {
    const { after } = this;
    if (after === null) this.early.receive(content.length);
    else if (content.length > 0) after.progress();
    if (content.length === 0) return;
    this.incoming.trace?.data(content);
    this.emit(after === null ? { type: 'data', bytes: content, early: true } : { type: 'data', bytes: content });
  }

  private receiveAlert(content: Uint8Array): void {
    const { name, effect } = readAlert(content, this.version);
    this.incoming.trace?.alert(content);
    this.emit({ type: 'alert', from: 'peer', level: effect === 'end' ? 'fatal' : 'warning', name });
    if (effect === 'none') this.incoming.countWarning('ERR_TLS_TOO_MANY_WARNING_ALERTS');
    else if (effect === 'close' && this.state !== 'handshaking') this.endOfInput(false);
    else this.failWith(new TlsError('ERR_TLS_ALERT_RECEIVED', { detail: name, received: name }));
  }

  /** Begins a flow on an open connection. */
  private another(begin: (after: AfterHandshake) => Flow<Established | null> | null): void {
    if (!this.writable || this.runner.busy) fail('ERR_TLS_STATE', `a handshake while the connection is ${this.state}`);
    const flow = begin(this.after!);
    if (flow !== null) this.runner.start(flow);
    this.pump();
  }

  /** Hands the next message to whoever waits for it. */
  private deliver(): void {
    if (this.incoming.awaitsChangeCipherSpec) fail('ERR_TLS_UNEXPECTED_MESSAGE', 'a message before change_cipher_spec');
    const bytes = this.inbox.take()!;
    this.incoming.trace?.handshake(bytes);
    const { need } = this.runner;
    if (need !== null) {
      const ignored = bytes[0] === 0 && bytes.length === 4 && this.ignoresHelloRequest();
      if (ignored || this.changesKeys(bytes)) return;
      if (!need.allow.includes(bytes[0]!)) fail('ERR_TLS_UNEXPECTED_MESSAGE', `message type ${bytes[0]!}`);
      this.incoming.awaitsFinished = false;
      this.runner.deliver(bytes);
      return;
    }
    if (this.after === null) fail('ERR_TLS_UNEXPECTED_MESSAGE', `message type ${bytes[0]!}`);
    const flow = this.after.receive({ type: bytes[0]!, bytes });
    if (flow !== null) this.runner.start(flow);
  }

  /** A client that is renegotiating already ignores HelloRequest (RFC 5246, section 7.4.1.1). */
  private ignoresHelloRequest(): boolean {
    if (this.role !== 'client' || this.version === 'TLSv1.3' || this.after === null) return false;
    this.incoming.countWarning('ERR_TLS_TOO_MANY_MESSAGES');
    return true;
  }

  /** A KeyUpdate may come at any time after the handshake, even while a certificate is awaited. */
  private changesKeys(bytes: Uint8Array): boolean {
    const type = bytes[0]!;
    if (type !== HandshakeType.key_update || this.after === null || this.version !== 'TLSv1.3') return false;
    return this.after.receive({ type, bytes }) === null;
  }

  private writeAlert(level: 'warning' | 'fatal', name: AlertName): void {
    this.outgoing.alert(level, ALERTS[name]);
    this.emit({ type: 'alert', from: 'us', level, name });
  }

  /** A key has protected nearly as much as it may (RFC 9846, section 5.5): the next one takes over, if there is one. */
  private spareKey(): void {
    if (this.version === 'TLSv1.3' && this.after !== null) this.after.updateKeys(false);
    else this.failWith(new TlsError('ERR_TLS_KEY_LIMIT'));
  }

  /** The end counts once everything before it was processed: that may be the alert that says why. */
  private endOfTransport(): void {
    if (this.readClosed || this.over) return;
    if (this.runner.task !== null && (this.inbox.ready || this.incoming.buffered > 0)) return;
    if (this.state !== 'handshaking') this.endOfInput(true);
    else this.failWith(new TlsError('ERR_TLS_TRUNCATED', { detail: 'during the handshake' }));
  }

  private endOfInput(truncated: boolean): void {
    this.readClosed = true;
    this.incoming.clear();
    this.inbox.clear();
    this.emit({ type: 'end', truncated });
    this.settleState();
  }

  private settleState(): void {
    this.state = this.readClosed && this.writeClosed ? 'closed' : 'closing';
    if (this.state === 'closed') this.release(undefined);
  }

  private failWith(error: TlsError): void {
    if (this.over) return;
    this.error = error;
    // A key at its very limit protects no alert either.
    const mayWrite = !this.writeClosed && this.outgoing.left > 0;
    if (mayWrite && error.alert !== null) this.writeAlert('fatal', error.alert);
    this.state = 'failed';
    this.release(error);
  }

  /** Lets go of everything that a connection without future does not need. */
  private release(reason: unknown): void {
    this.incoming.clear();
    this.inbox.clear();
    this.outgoing.clear();
    if (this.after !== null) this.after.wipe();
    if (this.hs !== null) this.hs.vault.wipe();
    this.hs = null;
    this.runner.abort(reason);
  }
}
