import { EMPTY, equalBytes, type Secret } from '../../src/bytes/index.ts';
import type { SchemeInfo, Suite13 } from '../../src/crypto/index.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { TLS_AES_128_GCM_SHA256 } from '../../src/providers/node.ts';
import { EarlyStage, type Transcript, ticketSecret } from '../../src/schedule/index.ts';
import {
  CertificateRequest13,
  ClientHello,
  decode,
  type Extension,
  ExtensionType,
  encode,
  Finished,
  frame,
  HandshakeType,
  HELLO_RETRY_REQUEST_EXTENSIONS,
  isHelloRetryRequest,
  NewSessionTicket13,
  readExtensions,
  SERVER_HELLO_13_EXTENSIONS,
  ServerHello,
} from '../../src/wire/index.ts';
import { extension, politeHello, type Shares } from './peer-client.ts';
import { agreeAtOnce, startAtOnce } from './side12.ts';
import { type Changes13, Side13 } from './side13.ts';

/** Sends something; the usual ones are in `clientSteps13`. */
export type ClientStep13 = (peer: PeerClient13) => void;

/** What a client keeps of a TLS 1.3 ticket. */
export interface Ticket13 {
  readonly suite: Suite13;
  readonly ticket: Uint8Array;
  readonly secret: Uint8Array;
  readonly ageAdd: number;
}

export interface ClientOptions13 {
  readonly suite?: Suite13;
  /** Suites offered. Default: `suite` alone. */
  readonly suites?: readonly number[];
  /** Groups offered, and those of which a share is sent. Default: 29 and 23, a share of 29. */
  readonly groups?: readonly number[];
  readonly shares?: readonly number[];
  readonly serverName?: string | null;
  /** More extensions for ClientHello. */
  readonly extensions?: readonly Extension[];
  /** What to show to a server that asks. Default: an empty Certificate. */
  readonly credential?: Credential;
  readonly scheme?: SchemeInfo;
  /** PskKeyExchangeModes. Default: with a new key exchange. */
  readonly modes?: readonly number[];
  /** Tickets to offer. */
  readonly tickets?: readonly Ticket13[];
  /** What is sent at first, after a HelloRetryRequest, after the server's Finished, and when asked later on. */
  readonly opening?: readonly ClientStep13[];
  readonly again?: readonly ClientStep13[];
  readonly script?: readonly ClientStep13[];
  readonly later?: readonly ClientStep13[];
  readonly change?: ClientChanges13;
}

export interface ClientChanges13 extends Changes13 {
  /** Every ClientHello, before binders are computed. */
  readonly hello?: (value: ClientHello, peer: PeerClient13) => ClientHello;
  /** The second one, after that. */
  readonly again?: (value: ClientHello) => ClientHello;
}

/** A TLS 1.3 client for tests. */
export class PeerClient13 extends Side13 {
  readonly options: ClientOptions13;
  readonly shares: Shares = new Map();
  readonly tickets: NewSessionTicket13[] = [];
  retry: ServerHello | null = null;
  request: CertificateRequest13 | null = null;
  /** Which of our tickets the server took; null: none. */
  selected: number | null = null;
  private resumption: Secret | null = null;
  private earlies: readonly EarlyStage[] = [];
  /** The transcript of the handshake, while another one goes on from it. */
  private finishedTranscript: Transcript | null = null;

  constructor(options: ClientOptions13 = {}) {
    super('client', options.suite ?? TLS_AES_128_GCM_SHA256, options.change);
    this.options = options;
    this.run(options.opening ?? [clientSteps13.hello]);
  }

  get serverHello(): ServerHello {
    return this.last(HandshakeType.server_hello, ServerHello);
  }

  /** What is needed to resume by the ticket of this number. */
  ticket(index: number = 0): Ticket13 {
    const { ticket, ticket_nonce, ticket_age_add: ageAdd } = this.tickets[index]!;
    const secret = ticketSecret(this.suite.hash, this.resumption!.reveal(), ticket_nonce);
    return { suite: this.suite, ticket, secret, ageAdd };
  }

  /** Writes a ClientHello; binders come last, over all that is before them. */
  sayHello(value: ClientHello): void {
    const { tickets = [] } = this.options;
    const last = value.extensions?.at(-1)?.extension_type;
    const message = frame(HandshakeType.client_hello, encode(ClientHello, value));
    if (tickets.length > 0 && last === ExtensionType.pre_shared_key) this.bind(message, tickets);
    this.say(message);
  }

  /** Finished under the key that we send with now. */
  ownFinished(): Uint8Array {
    return this.writing!.finished(this.transcript.hash());
  }

  /** Our Finished is in the transcript: the application's keys protect what we send. */
  finishKeys(): void {
    if (this.resumption !== null) return;
    this.write(this.master!.client);
    this.resumption = this.master!.toResumption(this.transcript.hash());
  }

  protected onMessage(type: number, message: Uint8Array): void {
    const body = message.subarray(4);
    if (type === HandshakeType.server_hello) this.onHello(message, decode(ServerHello, body));
    else if (type === HandshakeType.finished) this.onFinished(message, decode(Finished, body));
    else if (type === HandshakeType.certificate_request) this.onRequest(message, decode(CertificateRequest13, body));
    else if (type === HandshakeType.key_update) this.readNext();
    else if (type === HandshakeType.new_session_ticket) this.tickets.push(decode(NewSessionTicket13, body));
    else this.transcript.add(message);
  }

  private onHello(message: Uint8Array, hello: ServerHello): void {
    this.transcript.add(message);
    if (isHelloRetryRequest(hello.random)) {
      this.retry = hello;
      this.transcript.startRetry(this.suite.hash);
      this.run(this.options.again ?? [clientSteps13.changeCipherSpec, clientSteps13.hello]);
      return;
    }
    const { key_share, pre_shared_key } = readExtensions(SERVER_HELLO_13_EXTENSIONS, hello.extensions);
    this.selected = pre_shared_key ?? null;
    const shared = agreeAtOnce(this.shares.get(key_share!.group)!, key_share!.key_exchange, false);
    const early = this.selected === null ? null : this.earlies[this.selected]!;
    this.readWith(this.deriveKeys(shared, early).server);
  }

  private onFinished(message: Uint8Array, verifyData: Uint8Array): void {
    this.done = equalBytes(verifyData, this.finishedOf('server'));
    this.transcript.add(message);
    this.master = this.stage!.toMaster(this.transcript.hash());
    this.readWith(this.master.server);
    this.write(this.stage!.client);
    this.run(this.options.script ?? politeEnding(this));
  }

  private onRequest(message: Uint8Array, request: CertificateRequest13): void {
    this.request = request;
    if (this.resumption !== null) {
      this.finishedTranscript ??= this.transcript;
      this.transcript = this.finishedTranscript.copy();
    }
    this.transcript.add(message);
    if (this.resumption !== null) this.run(this.options.later ?? politeAuthentication(this));
  }

  private bind(message: Uint8Array, tickets: readonly Ticket13[]): void {
    let size = 2;
    for (const { suite } of tickets) size += 1 + suite.hash.size;
    const truncated = message.subarray(0, message.length - size);
    let at = truncated.length + 2;
    this.earlies = tickets.map(({ suite, secret }) => {
      const early = new EarlyStage(suite.hash, secret, this.vault);
      const transcriptHash = this.transcript.hashWithPart(suite.hash, truncated);
      message.set(suite.hash.hmac(early.binderKey('res').reveal(), transcriptHash), at + 1);
      at += 1 + suite.hash.size;
      return early;
    });
  }
}

function politeEnding(peer: PeerClient13): readonly ClientStep13[] {
  const { changeCipherSpec, finished } = clientSteps13;
  return [changeCipherSpec, ...(peer.request === null ? [finished] : politeAuthentication(peer))];
}

function politeAuthentication({ options }: PeerClient13): readonly ClientStep13[] {
  const { certificate, verify, finished } = clientSteps13;
  return [certificate, ...(options.credential === undefined ? [] : [verify]), finished];
}

const same = <T>(value: T): T => value;

/** What a polite client sends, message by message; a script is any list of these and of others. */
export const clientSteps13 = {
  hello(peer: PeerClient13): void {
    const { change = {} } = peer.options;
    const value = (change.hello ?? same)(helloOf(peer), peer);
    peer.sayHello(peer.retry === null ? value : (change.again ?? same)(value));
  },

  changeCipherSpec(peer: PeerClient13): void {
    peer.changeCipherSpec();
  },

  certificate(peer: PeerClient13): void {
    peer.sayCertificate(peer.options.credential?.chain ?? [], peer.request?.certificate_request_context ?? EMPTY);
  },

  verify(peer: PeerClient13): void {
    peer.sayVerify(peer.options.credential!, peer.options.scheme);
  },

  finished(peer: PeerClient13): void {
    peer.sayFinished(peer.ownFinished());
    peer.finishKeys();
  },
} as const satisfies Record<string, ClientStep13>;

/** The hello that this client sends now: the first one, or what a HelloRetryRequest asks for. */
function helloOf(peer: PeerClient13): ClientHello {
  const { options, suite } = peer;
  const { groups = [29, 23], tickets = [] } = options;
  const asked = peer.retry === null ? null : readExtensions(HELLO_RETRY_REQUEST_EXTENSIONS, peer.retry.extensions);
  const wanted = asked?.key_share === undefined ? (options.shares ?? [29]) : [asked.key_share];
  const list = [extension('supported_versions', [0x0304]), extension('key_share', wanted.map(shareOf(peer)))];
  if (asked?.cookie !== undefined) list.push(extension('cookie', asked.cookie));
  list.push(extension('psk_key_exchange_modes', options.modes ?? [1]), ...(options.extensions ?? []));
  if (tickets.length > 0) list.push(offerOf(tickets));
  return politeHello({
    sessionId: new Uint8Array(32).fill(0x51),
    suites: options.suites ?? [suite.id],
    groups,
    serverName: options.serverName === undefined ? 'localhost' : options.serverName,
    extensions: list,
  });
}

const shareOf =
  (peer: PeerClient13) =>
  (id: number): { readonly group: number; readonly key_exchange: Uint8Array } => {
    const group = peer.groups.find((one) => one.id === id);
    if (group === undefined) return { group: id, key_exchange: new Uint8Array(32).fill(1) };
    const share = peer.shares.get(id) ?? startAtOnce(group.start());
    peer.shares.set(id, share);
    return { group: id, key_exchange: share.share };
  };

/** Binders are zeros here. */
function offerOf(tickets: readonly Ticket13[]): Extension {
  return extension('pre_shared_key', {
    identities: tickets.map(({ ticket, ageAdd }) => ({ identity: ticket, obfuscated_ticket_age: ageAdd })),
    binders: tickets.map(({ suite }) => new Uint8Array(suite.hash.size)),
  });
}
