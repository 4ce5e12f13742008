import { concat, EMPTY, equalBytes } from '../../src/bytes/index.ts';
import type { SchemeInfo, Suite12 } from '../../src/crypto/index.ts';
import { schemeFitsKey } from '../../src/crypto/index.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { schemesOf } from '../../src/handshake/negotiation.ts';
import { TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 } from '../../src/providers/node.ts';
import { Transcript } from '../../src/schedule/index.ts';
import {
  Certificate12,
  CertificateRequest12,
  CertificateStatus,
  ClientHello,
  ClientKeyExchangeDhe,
  ClientKeyExchangeEcdhe,
  decode,
  type Extension,
  ExtensionType,
  encode,
  Finished,
  frame,
  HandshakeType,
  NewSessionTicket12,
  SERVER_HELLO_12_EXTENSIONS,
  ServerDHParams,
  ServerECDHParams,
  ServerHello,
  ServerKeyExchangeDhe,
  ServerKeyExchangeEcdhe,
  writeExtension,
} from '../../src/wire/index.ts';
import { credentialOf } from './configs.ts';
import { framed, signAtOnce } from './peer.ts';
import { agreeAtOnce, Side12, startAtOnce } from './side12.ts';

export type Step12 = (peer: Peer12) => void;

export interface Options12 {
  readonly suite?: Suite12;
  readonly credential?: Credential;
  readonly scheme?: SchemeInfo;
  /** What follows the client's hello, and what follows its Finished. */
  readonly script?: readonly Step12[];
  readonly ending?: readonly Step12[];
  readonly requestCertificate?: boolean;
  /** Default: true. */
  readonly extendedMasterSecret?: boolean;
  readonly encryptThenMac?: boolean;
  /** More extensions for ServerHello. */
  readonly extensions?: readonly Extension[];
  /** Prime and generator for DHE; with a public value they may be as bad as they like. */
  readonly field?: { readonly p: Uint8Array; readonly g: Uint8Array; readonly publicValue?: Uint8Array };
  readonly change?: Changes12;
}

export interface Changes12 {
  readonly hello?: (value: ServerHello, peer: Peer12) => ServerHello;
  readonly certificate?: (value: Certificate12) => Certificate12;
  readonly exchange?: (value: ServerKeyExchangeEcdhe) => ServerKeyExchangeEcdhe;
  readonly request?: (value: CertificateRequest12) => CertificateRequest12;
  readonly finished?: (value: Uint8Array) => Uint8Array;
  readonly message?: (type: number, message: Uint8Array) => Uint8Array;
}

const SERVER_RANDOM = new Uint8Array(32).fill(0x52);

/** A TLS 1.2 server for tests. It can negotiate again: each ClientHello runs the script once more. */
export class Peer12 extends Side12 {
  readonly suite: Suite12;
  readonly options: Options12;
  readonly credential: Credential;

  constructor(options: Options12 = {}) {
    super('server', options.change?.message);
    this.options = options;
    this.suite = options.suite ?? TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    this.credential = options.credential ?? credentialOf('ed25519');
  }

  get clientHello(): ClientHello {
    return this.last(HandshakeType.client_hello, ClientHello);
  }

  protected get randoms(): { client: Uint8Array; server: Uint8Array } {
    return { client: this.clientHello.random, server: SERVER_RANDOM };
  }

  protected get extendedMasterSecret(): boolean {
    return this.options.extendedMasterSecret !== false;
  }

  protected get encryptThenMac(): boolean {
    return this.options.encryptThenMac === true;
  }

  /** What a server signs: both randoms, then its parameters. */
  signedParams(params: Uint8Array): { readonly algorithm: number; readonly signature: Uint8Array } {
    const { credential } = this;
    const fits = (one: SchemeInfo): boolean => schemeFitsKey(one, credential.publicKey, 'TLSv1.2');
    const scheme = this.options.scheme ?? schemesOf(credential).find(fits)!;
    const content = concat(this.clientHello.random, SERVER_RANDOM, params);
    return { algorithm: scheme.id, signature: signAtOnce({ credential, scheme }, 'TLSv1.2', content) };
  }

  protected onMessage(type: number, message: Uint8Array): void {
    if (type === HandshakeType.client_hello) this.onHello(message);
    else if (type === HandshakeType.client_key_exchange) this.onExchange(message);
    else if (type === HandshakeType.finished) this.onFinished(message);
    else this.transcript.add(message);
  }

  private onHello(message: Uint8Array): void {
    this.transcript = new Transcript();
    this.transcript.add(message);
    this.transcript.start(this.suite.hash, true);
    this.done = false;
    this.run(this.options.script ?? politeScript(this.options));
  }

  private onExchange(message: Uint8Array): void {
    this.transcript.add(message);
    const body = message.subarray(4);
    const dhe = this.suite.exchange.kind === 'dhe';
    const theirs = dhe ? decode(ClientKeyExchangeDhe, body).dh_Yc : decode(ClientKeyExchangeEcdhe, body).ecdh_Yc;
    this.agreeOn(agreeAtOnce(this.share!, theirs, dhe));
  }

  private onFinished(message: Uint8Array): void {
    const client = decode(Finished, message.subarray(4)).slice();
    this.done = equalBytes(client, this.finishedOf('client'));
    this.transcript.add(message);
    this.verifyData = { client, server: this.finishedOf('server') };
    this.handshakes += 1;
    this.run(this.options.ending ?? [steps12.changeCipherSpec, steps12.finished]);
  }
}

export function politeScript({ requestCertificate }: Options12): readonly Step12[] {
  const { hello, certificate, exchange, request, done } = steps12;
  return [hello, certificate, exchange, ...(requestCertificate ? [request] : []), done];
}

const same = <T>(value: T): T => value;

/** What a polite server sends, message by message; a script is any list of these and of others. */
export const steps12 = {
  hello(peer: Peer12): void {
    const { options, verifyData } = peer;
    const extensions: Extension[] = [];
    const info = concat(verifyData.client, verifyData.server);
    extensions.push(writeExtension(SERVER_HELLO_12_EXTENSIONS, 'renegotiation_info', info));
    if (options.extendedMasterSecret !== false) {
      extensions.push(writeExtension(SERVER_HELLO_12_EXTENSIONS, 'extended_master_secret', true));
    }
    if (options.encryptThenMac) extensions.push(writeExtension(SERVER_HELLO_12_EXTENSIONS, 'encrypt_then_mac', true));
    const value: ServerHello = {
      legacy_version: 0x0303,
      random: SERVER_RANDOM,
      legacy_session_id_echo: EMPTY,
      cipher_suite: peer.suite.id,
      legacy_compression_method: 0,
      extensions: [...extensions, ...(options.extensions ?? [])],
    };
    peer.say(framed(HandshakeType.server_hello, ServerHello, (options.change?.hello ?? same)(value, peer)));
  },

  certificate(peer: Peer12): void {
    const change = peer.options.change?.certificate ?? same;
    peer.say(framed(HandshakeType.certificate, Certificate12, change({ certificate_list: peer.credential.chain })));
  },

  /** Only where ServerHello answered status_request. */
  status(peer: Peer12): void {
    const value = { status_type: 1, response: new Uint8Array([0x30, 0]) };
    peer.say(framed(HandshakeType.certificate_status, CertificateStatus, value));
  },

  exchange(peer: Peer12): void {
    if (peer.suite.exchange.kind === 'dhe') {
      exchangeDhe(peer);
      return;
    }
    const group = peer.groups[0]!;
    peer.share = startAtOnce(group.start());
    const params = { curve_type: 3, named_curve: group.id, public: peer.share.share };
    const changed = (peer.options.change?.exchange ?? same)({
      params,
      signed_params: { algorithm: 0, signature: EMPTY },
    });
    const signed_params =
      changed.signed_params.algorithm === 0
        ? peer.signedParams(encode(ServerECDHParams, changed.params))
        : changed.signed_params;
    const value: ServerKeyExchangeEcdhe = { params: changed.params, signed_params };
    peer.say(framed(HandshakeType.server_key_exchange, ServerKeyExchangeEcdhe, value));
  },

  request(peer: Peer12): void {
    const value: CertificateRequest12 = {
      certificate_types: [1, 64],
      supported_signature_algorithms: [0x0403, 0x0503, 0x0807, 0x0401],
      certificate_authorities: [],
    };
    const change = peer.options.change?.request ?? same;
    peer.say(framed(HandshakeType.certificate_request, CertificateRequest12, change(value)));
  },

  done(peer: Peer12): void {
    peer.say(frame(HandshakeType.server_hello_done, EMPTY));
  },

  ticket(peer: Peer12): void {
    const value = { ticket_lifetime_hint: 300, ticket: new Uint8Array(16).fill(7) };
    peer.say(framed(HandshakeType.new_session_ticket, NewSessionTicket12, value));
  },

  changeCipherSpec(peer: Peer12): void {
    peer.record(20, new Uint8Array([1]));
    peer.startSealing();
  },

  finished(peer: Peer12): void {
    const verifyData = peer.finishedOf('server');
    peer.verifyData = { ...peer.verifyData, server: verifyData };
    peer.say(framed(HandshakeType.finished, Finished, (peer.options.change?.finished ?? same)(verifyData)));
  },

  /** Asks for another handshake. */
  helloRequest(peer: Peer12): void {
    peer.message(frame(HandshakeType.hello_request, EMPTY));
  },
} as const satisfies Record<string, Step12>;

/** An empty session_ticket extension: a ticket will come. */
export const WILL_TICKET: Extension = { extension_type: ExtensionType.session_ticket, extension_data: EMPTY };

function exchangeDhe(peer: Peer12): void {
  const { exchange } = peer.suite;
  if (exchange.kind !== 'dhe') throw new Error('not a DHE suite');
  const { p, g, publicValue } = peer.options.field!;
  if (publicValue === undefined) peer.share = startAtOnce(exchange.field.start(p, g));
  const params = { dh_p: p, dh_g: g, dh_Ys: publicValue ?? peer.share!.share };
  const signed_params = peer.signedParams(encode(ServerDHParams, params));
  peer.say(framed(HandshakeType.server_key_exchange, ServerKeyExchangeDhe, { params, signed_params }));
}
