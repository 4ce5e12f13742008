import { concat, EMPTY, equalBytes } from '../../src/bytes/index.ts';
import type { Group, SchemeInfo, Suite13 } from '../../src/crypto/index.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { TLS_AES_128_GCM_SHA256 } from '../../src/providers/node.ts';
import {
  CertificateRequest13,
  CLIENT_HELLO_EXTENSIONS,
  ClientHello,
  decode,
  ENCRYPTED_EXTENSIONS,
  EncryptedExtensions,
  type Extension,
  ExtensionType,
  Finished,
  HandshakeType,
  HELLO_RETRY_REQUEST_EXTENSIONS,
  HELLO_RETRY_REQUEST_RANDOM,
  NewSessionTicket13,
  readExtensions,
  SERVER_HELLO_13_EXTENSIONS,
  ServerHello,
  writeExtension,
} from '../../src/wire/index.ts';
import { credentialOf } from './configs.ts';
import { framed } from './peer.ts';
import { type Changes13, Side13 } from './side13.ts';

/** Sends something; the usual ones are in `steps13`. */
export type Step13 = (peer: Peer13) => void;

export interface Options13 {
  readonly suite?: Suite13;
  readonly credential?: Credential;
  readonly scheme?: SchemeInfo;
  /** Answers the first hello with a HelloRetryRequest for this group. */
  readonly retry?: { readonly group?: number; readonly cookie?: Uint8Array };
  /** ALPN protocol to select. */
  readonly protocol?: Uint8Array;
  /** What follows the client's (last) hello. */
  readonly script?: readonly Step13[];
  /** Puts a CertificateRequest into the default script. */
  readonly requestCertificate?: boolean;
  /** Extensions for EncryptedExtensions. */
  readonly extensions?: readonly Extension[];
  /** How values differ from those of a polite server, before they are written. */
  readonly change?: ServerChanges13;
}

export interface ServerChanges13 extends Changes13 {
  readonly retry?: (value: ServerHello) => ServerHello;
  readonly hello?: (value: ServerHello) => ServerHello;
  readonly request?: (value: CertificateRequest13) => CertificateRequest13;
}

/** A TLS 1.3 server for tests. */
export class Peer13 extends Side13 {
  readonly options: Options13;
  readonly credential: Credential;
  private hellos: number = 0;

  constructor(options: Options13 = {}) {
    super('server', options.suite ?? TLS_AES_128_GCM_SHA256, options.change);
    this.options = options;
    this.credential = options.credential ?? credentialOf('ed25519');
  }

  get clientHello(): ClientHello {
    return this.last(HandshakeType.client_hello, ClientHello);
  }

  /** From here on the handshake's keys protect what we send, and what the client sends. */
  startKeys(shared: Uint8Array): void {
    const stage = this.deriveKeys(shared);
    this.write(stage.server);
    this.readWith(stage.client);
  }

  /** From here on the application's keys protect what we send. */
  finishKeys(): void {
    this.master = this.stage!.toMaster(this.transcript.hash());
    this.write(this.master.server);
  }

  ticket(change: Partial<NewSessionTicket13> = {}): void {
    const value: NewSessionTicket13 = {
      ticket_lifetime: 7200,
      ticket_age_add: 5,
      ticket_nonce: new Uint8Array([1]),
      ticket: new Uint8Array(20).fill(9),
      extensions: [],
      ...change,
    };
    this.message(framed(HandshakeType.new_session_ticket, NewSessionTicket13, value));
  }

  protected onMessage(type: number, message: Uint8Array): void {
    if (type === HandshakeType.client_hello) this.onHello(message);
    else if (type === HandshakeType.key_update) this.readNext();
    else if (type === HandshakeType.finished && !this.done) this.onFinished(message);
    else this.transcript.add(message);
  }

  private onFinished(message: Uint8Array): void {
    this.done = equalBytes(decode(Finished, message.subarray(4)), this.finishedOf('client'));
    this.transcript.add(message);
    this.readWith(this.master!.client);
  }

  private onHello(message: Uint8Array): void {
    this.transcript.add(message);
    this.hellos += 1;
    if (this.options.retry !== undefined && this.hellos === 1) this.run([steps13.retry]);
    else this.run(this.options.script ?? politeScript(this.options));
  }
}

export function politeScript({ requestCertificate }: Options13): readonly Step13[] {
  const { hello, extensions, request, certificate, verify, finished } = steps13;
  return [hello, extensions, ...(requestCertificate ? [request] : []), certificate, verify, finished];
}

const same = <T>(value: T): T => value;

/** What a polite server sends, message by message; a script is any list of these and of others. */
export const steps13 = {
  retry(peer: Peer13): void {
    const { group, cookie } = peer.options.retry!;
    const extensions: Extension[] = [writeExtension(HELLO_RETRY_REQUEST_EXTENSIONS, 'supported_versions', 0x0304)];
    if (group !== undefined) extensions.push(writeExtension(HELLO_RETRY_REQUEST_EXTENSIONS, 'key_share', group));
    if (cookie !== undefined) extensions.push(writeExtension(HELLO_RETRY_REQUEST_EXTENSIONS, 'cookie', cookie));
    const value = { ...helloOf(peer, extensions), random: HELLO_RETRY_REQUEST_RANDOM };
    const change = peer.options.change?.retry ?? same;
    peer.say(framed(HandshakeType.server_hello, ServerHello, change(value)));
    peer.transcript.startRetry(peer.suite.hash);
  },

  hello(peer: Peer13): void {
    const { group, share } = chosenShare(peer);
    const answer = group.respond(share);
    if (!('secret' in answer)) throw new Error('the groups of a test peer answer at once');
    const extensions = [
      writeExtension(SERVER_HELLO_13_EXTENSIONS, 'supported_versions', 0x0304),
      writeExtension(SERVER_HELLO_13_EXTENSIONS, 'key_share', { group: group.id, key_exchange: answer.share }),
    ];
    const change = peer.options.change?.hello ?? same;
    peer.say(framed(HandshakeType.server_hello, ServerHello, change(helloOf(peer, extensions))));
    peer.startKeys(answer.secret);
  },

  extensions(peer: Peer13): void {
    const { protocol, extensions = [] } = peer.options;
    const alpn = 'application_layer_protocol_negotiation';
    const list = protocol === undefined ? [] : [writeExtension(ENCRYPTED_EXTENSIONS, alpn, [protocol])];
    const value = { extensions: [...list, ...extensions] };
    peer.say(framed(HandshakeType.encrypted_extensions, EncryptedExtensions, value));
  },

  request(peer: Peer13): void {
    const schemes = [0x0403, 0x0503, 0x0807, 0x0804];
    const extension_data = concat(
      new Uint8Array([0, schemes.length * 2]),
      ...schemes.map((id) => new Uint8Array([id >> 8, id & 255])),
    );
    const extensions = [{ extension_type: ExtensionType.signature_algorithms, extension_data }];
    const change = peer.options.change?.request ?? same;
    const value = change({ certificate_request_context: EMPTY, extensions });
    peer.say(framed(HandshakeType.certificate_request, CertificateRequest13, value));
  },

  certificate(peer: Peer13): void {
    peer.sayCertificate(peer.credential.chain, EMPTY);
  },

  verify(peer: Peer13): void {
    peer.sayVerify(peer.credential, peer.options.scheme);
  },

  finished(peer: Peer13): void {
    peer.sayFinished(peer.finishedOf('server'));
    peer.finishKeys();
  },
} as const satisfies Record<string, Step13>;

function helloOf(peer: Peer13, extensions: readonly Extension[]): ServerHello {
  return {
    legacy_version: 0x0303,
    random: new Uint8Array(32).fill(0x5e),
    legacy_session_id_echo: peer.clientHello.legacy_session_id,
    cipher_suite: peer.suite.id,
    legacy_compression_method: 0,
    extensions,
  };
}

/** The first of the client's shares that the toy groups can answer. */
function chosenShare(peer: Peer13): { group: Group; share: Uint8Array } {
  const { key_share } = readExtensions(CLIENT_HELLO_EXTENSIONS, peer.clientHello.extensions);
  for (const { group: id, key_exchange: share } of key_share ?? []) {
    const group = peer.groups.find((one) => one.id === id);
    if (group !== undefined) return { group, share };
  }
  throw new Error('the client sent no share of a toy group');
}
