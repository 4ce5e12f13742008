import { concat, EMPTY, equalBytes, Vault } from '../../src/bytes/index.ts';
import type { Group, SchemeInfo, Suite13 } from '../../src/crypto/index.ts';
import { schemeByName } from '../../src/crypto/index.ts';
import { signedContent13 } from '../../src/handshake/authentication.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { schemesOf } from '../../src/handshake/negotiation.ts';
import { TLS_AES_128_GCM_SHA256 } from '../../src/providers/node.ts';
import { Opener13, Sealer13 } from '../../src/record/index.ts';
import {
  EarlyStage,
  type HandshakeStage,
  type MasterStage,
  type TrafficSecret,
  Transcript,
} from '../../src/schedule/index.ts';
import {
  Certificate13,
  type CertificateEntry,
  CertificateRequest13,
  CertificateVerify,
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
  KeyUpdate,
  NewSessionTicket13,
  readExtensions,
  SERVER_HELLO_13_EXTENSIONS,
  ServerHello,
  writeExtension,
} from '../../src/wire/index.ts';
import { credentialOf } from './configs.ts';
import { countedProvider } from './deterministic.ts';
import { framed, Peer, signAtOnce } from './peer.ts';

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
  readonly change?: Changes13;
}

export interface Changes13 {
  readonly retry?: (value: ServerHello) => ServerHello;
  readonly hello?: (value: ServerHello) => ServerHello;
  readonly request?: (value: CertificateRequest13) => CertificateRequest13;
  readonly certificate?: (value: Certificate13) => Certificate13;
  readonly verify?: (value: CertificateVerify) => CertificateVerify;
  readonly finished?: (value: Uint8Array) => Uint8Array;
  /** Any message, header and all. */
  readonly message?: (type: number, message: Uint8Array) => Uint8Array;
}

/** A TLS 1.3 server for tests. */
export class Peer13 extends Peer {
  readonly isTls13: boolean = true;
  readonly suite: Suite13;
  readonly options: Options13;
  readonly transcript: Transcript = new Transcript();
  readonly credential: Credential;
  readonly groups: readonly Group[] = countedProvider('server').groups;
  /** Whether the client's Finished came and was right. */
  done: boolean = false;
  stage: HandshakeStage | null = null;
  master: MasterStage | null = null;
  /** Bytes of padding for our records; a sealer with padding takes any content type. */
  padding: () => number = () => 0;
  private readonly vault: Vault = new Vault();
  private reading: TrafficSecret | null = null;
  private writing: TrafficSecret | null = null;
  private hellos: number = 0;

  constructor(options: Options13 = {}) {
    super();
    this.options = options;
    this.suite = options.suite ?? TLS_AES_128_GCM_SHA256;
    this.credential = options.credential ?? credentialOf('ed25519');
  }

  get clientHello(): ClientHello {
    return this.last(HandshakeType.client_hello, ClientHello);
  }

  /** Sends a message and adds it to the transcript. */
  say(message: Uint8Array): void {
    const { change } = this.options;
    const said = change?.message === undefined ? message : change.message(message[0]!, message);
    this.transcript.add(said);
    this.message(said);
  }

  run(script: readonly Step13[]): void {
    for (const step of script) step(this);
    this.flush();
  }

  /** From here on the handshake's keys protect what we send, and what the client sends. */
  startKeys(shared: Uint8Array): void {
    this.transcript.start(this.suite.hash);
    this.stage = new EarlyStage(this.suite.hash, null, this.vault).toHandshake(shared, this.transcript.hash());
    this.write(this.stage.server);
    this.readWith(this.stage.client);
  }

  /** From here on the application's keys protect what we send. */
  finishKeys(): void {
    this.master = this.stage!.toMaster(this.transcript.hash());
    this.write(this.master.server);
  }

  /** A KeyUpdate, and the next key for what we send. */
  updateKeys(
    request: number = 0,
    message: Uint8Array = framed(HandshakeType.key_update, KeyUpdate, { request_update: request }),
  ): void {
    this.message(message);
    this.write(this.writing!.update(this.vault));
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

  /** RFC 9846, section 4.5.4, for the secret that we send with now. */
  finishedOf(role: 'client' | 'server'): Uint8Array {
    return (role === 'client' ? this.stage!.client : this.stage!.server).finished(this.transcript.hash());
  }

  protected onMessage(type: number, message: Uint8Array): void {
    if (type === HandshakeType.client_hello) this.onHello(message);
    else if (type === HandshakeType.key_update) this.readWith(this.reading!.update(this.vault));
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

  private write(secret: TrafficSecret): void {
    const { key, iv } = secret.keys(this.suite.aead);
    this.writing = secret;
    this.install(new Sealer13(this.suite.aead, key, iv, this.padding));
  }

  private readWith(secret: TrafficSecret): void {
    const { key, iv } = secret.keys(this.suite.aead);
    this.reading = secret;
    this.opener = new Opener13(this.suite.aead, key, iv);
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
    const certificate_list: CertificateEntry[] = peer.credential.chain.map((cert_data) => ({
      cert_data,
      extensions: [],
    }));
    const change = peer.options.change?.certificate ?? same;
    const value = change({ certificate_request_context: EMPTY, certificate_list });
    peer.say(framed(HandshakeType.certificate, Certificate13, value));
  },

  verify(peer: Peer13): void {
    const { credential } = peer;
    const scheme = peer.options.scheme ?? schemesOf(credential).find((one) => one.tls13) ?? schemeByName('ed25519')!;
    const content = signedContent13('server', peer.transcript.hash());
    const signature = signAtOnce({ credential, scheme }, 'TLSv1.3', content);
    const change = peer.options.change?.verify ?? same;
    peer.say(framed(HandshakeType.certificate_verify, CertificateVerify, change({ algorithm: scheme.id, signature })));
  },

  finished(peer: Peer13): void {
    const change = peer.options.change?.finished ?? same;
    peer.say(framed(HandshakeType.finished, Finished, change(peer.finishedOf('server'))));
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
