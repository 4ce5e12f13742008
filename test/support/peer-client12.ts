import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { concat, EMPTY, equalBytes } from '../../src/bytes/index.ts';
import { type SchemeInfo, type Suite12, schemeFitsKey } from '../../src/crypto/index.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { schemesOf } from '../../src/handshake/negotiation.ts';
import { TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 } from '../../src/providers/node.ts';
import { pskPremaster, Transcript } from '../../src/schedule/index.ts';
import {
  Certificate12,
  CertificateRequest12,
  CertificateVerify,
  ClientHello,
  ClientKeyExchangeDhe,
  ClientKeyExchangeDhePsk,
  ClientKeyExchangeEcdhe,
  ClientKeyExchangeEcdhePsk,
  ClientKeyExchangePsk,
  ClientKeyExchangeRsa,
  ClientKeyExchangeRsaPsk,
  decode,
  type Extension,
  Finished,
  HandshakeType,
  NewSessionTicket12,
  ServerHello,
  ServerKeyExchangeDhe,
  ServerKeyExchangeDhePsk,
  ServerKeyExchangeEcdhe,
  ServerKeyExchangeEcdhePsk,
} from '../../src/wire/index.ts';
import { parseCertificate } from '../../src/x509/index.ts';
import { framed, signAtOnce } from './peer.ts';
import { extension, politeHello } from './peer-client.ts';
import { agreeAtOnce, Side12, startAtOnce } from './side12.ts';

/** Sends something; the usual ones are in `clientSteps12`. */
export type ClientStep12 = (peer: PeerClient12) => void;

/** What a client keeps of a TLS 1.2 session: a ticket, or an id, or both. */
export interface Session12 {
  readonly suite: Suite12;
  readonly master: Uint8Array;
  readonly ticket: Uint8Array;
  readonly id: Uint8Array;
}

export interface ClientOptions12 {
  readonly suite?: Suite12;
  /** Suites offered. Default: `suite` alone. */
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly serverName?: string | null;
  /** Default: true. */
  readonly extendedMasterSecret?: boolean;
  readonly encryptThenMac?: boolean;
  /** More extensions for ClientHello. */
  readonly extensions?: readonly Extension[];
  /** What to show to a server that asks. Default: an empty Certificate. */
  readonly credential?: Credential;
  readonly scheme?: SchemeInfo;
  readonly session?: Session12;
  /** For PSK suites. */
  readonly psk?: { readonly identity: Uint8Array; readonly key: Uint8Array };
  /** Static RSA: what is encrypted, padding and all. */
  readonly block?: (block: Uint8Array) => Uint8Array;
  /** Static RSA: what is sent of it. */
  readonly encrypted?: (ciphertext: Uint8Array) => Uint8Array;
  /** What is sent at first, after ServerHelloDone, and after the server's Finished in a resumption. */
  readonly opening?: readonly ClientStep12[];
  readonly script?: readonly ClientStep12[];
  readonly ending?: readonly ClientStep12[];
  readonly change?: ClientChanges12;
}

export interface ClientChanges12 {
  readonly hello?: (value: ClientHello, peer: PeerClient12) => ClientHello;
  readonly certificate?: (value: Certificate12) => Certificate12;
  readonly verify?: (value: CertificateVerify) => CertificateVerify;
  readonly finished?: (value: Uint8Array) => Uint8Array;
  readonly message?: (type: number, message: Uint8Array) => Uint8Array;
}

/** A TLS 1.2 client for tests. It can negotiate again, by the step `hello`. */
export class PeerClient12 extends Side12 {
  readonly suite: Suite12;
  readonly options: ClientOptions12;
  request: CertificateRequest12 | null = null;
  resumed: boolean = false;
  ticket: NewSessionTicket12 | null = null;
  private sentHello: ClientHello | null = null;

  constructor(options: ClientOptions12 = {}) {
    super('client', options.change?.message);
    this.options = options;
    this.suite = options.suite ?? TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    this.run(options.opening ?? [clientSteps12.hello]);
  }

  get serverHello(): ServerHello {
    return this.last(HandshakeType.server_hello, ServerHello);
  }

  get clientHello(): ClientHello {
    return this.sentHello!;
  }

  /** What is needed to resume. */
  get session(): Session12 {
    const { suite, master, ticket, serverHello } = this;
    return { suite, master, ticket: ticket?.ticket ?? EMPTY, id: serverHello.legacy_session_id_echo };
  }

  /** Begins a handshake. */
  sayHello(value: ClientHello): void {
    this.sentHello = value;
    this.transcript = new Transcript();
    this.request = null;
    this.done = false;
    this.say(framed(HandshakeType.client_hello, ClientHello, value));
  }

  protected get randoms(): { client: Uint8Array; server: Uint8Array } {
    return { client: this.clientHello.random, server: this.serverHello.random };
  }

  protected get extendedMasterSecret(): boolean {
    return this.answered(23);
  }

  protected get encryptThenMac(): boolean {
    return this.answered(22);
  }

  protected onMessage(type: number, message: Uint8Array): void {
    const body = message.subarray(4);
    if (type === HandshakeType.hello_request) return;
    if (type === HandshakeType.finished) {
      this.onFinished(message, decode(Finished, body));
      return;
    }
    this.transcript.add(message);
    if (type === HandshakeType.server_hello) this.onHello(decode(ServerHello, body));
    else if (type === HandshakeType.certificate_request) this.request = decode(CertificateRequest12, body);
    else if (type === HandshakeType.server_hello_done) this.run(this.options.script ?? politeEnding(this));
    else if (type === HandshakeType.new_session_ticket) this.ticket = decode(NewSessionTicket12, body);
  }

  private answered(type: number): boolean {
    return (this.serverHello.extensions ?? []).some((one) => one.extension_type === type);
  }

  private onHello(hello: ServerHello): void {
    this.transcript.start(this.suite.hash, true);
    const { session } = this.options;
    const { legacy_session_id: id } = this.clientHello;
    this.resumed = session !== undefined && id.length > 0 && equalBytes(hello.legacy_session_id_echo, id);
    if (this.resumed) this.useMaster(session!.master.slice());
  }

  private onFinished(message: Uint8Array, verifyData: Uint8Array): void {
    this.done = equalBytes(verifyData, this.finishedOf('server'));
    this.verifyData = { ...this.verifyData, server: verifyData.slice() };
    this.transcript.add(message);
    this.handshakes += 1;
    if (this.resumed) this.run(this.options.ending ?? [clientSteps12.changeCipherSpec, clientSteps12.finished]);
  }
}

function politeEnding({ request, options }: PeerClient12): readonly ClientStep12[] {
  const { certificate, exchange, verify, changeCipherSpec, finished } = clientSteps12;
  const asked = request !== null;
  const shows = asked && options.credential !== undefined;
  return [...(asked ? [certificate] : []), exchange, ...(shows ? [verify] : []), changeCipherSpec, finished];
}

const same = <T>(value: T): T => value;

/** What a polite client sends, message by message; a script is any list of these and of others. */
export const clientSteps12 = {
  hello(peer: PeerClient12): void {
    peer.sayHello((peer.options.change?.hello ?? same)(helloOf(peer), peer));
  },

  certificate(peer: PeerClient12): void {
    const change = peer.options.change?.certificate ?? same;
    const value = change({ certificate_list: peer.options.credential?.chain ?? [] });
    peer.say(framed(HandshakeType.certificate, Certificate12, value));
  },

  exchange(peer: PeerClient12): void {
    EXCHANGES[peer.suite.exchange.kind](peer);
  },

  verify(peer: PeerClient12): void {
    const credential = peer.options.credential!;
    const fits = (one: SchemeInfo): boolean => schemeFitsKey(one, credential.publicKey, 'TLSv1.2');
    const scheme = peer.options.scheme ?? schemesOf(credential).find(fits)!;
    const signature = signAtOnce({ credential, scheme }, 'TLSv1.2', peer.transcript.messages(), 'client');
    const value = (peer.options.change?.verify ?? same)({ algorithm: scheme.id, signature });
    peer.say(framed(HandshakeType.certificate_verify, CertificateVerify, value));
  },

  changeCipherSpec(peer: PeerClient12): void {
    peer.record(20, new Uint8Array([1]));
    peer.startSealing();
  },

  finished(peer: PeerClient12): void {
    const verifyData = peer.finishedOf('client');
    peer.verifyData = { ...peer.verifyData, client: verifyData };
    peer.say(framed(HandshakeType.finished, Finished, (peer.options.change?.finished ?? same)(verifyData)));
  },
} as const satisfies Record<string, ClientStep12>;

function helloOf({ options, suite, verifyData }: PeerClient12): ClientHello {
  const { session } = options;
  const list = [extension('ec_point_formats', [0]), extension('renegotiation_info', verifyData.client)];
  if (options.extendedMasterSecret !== false) list.push(extension('extended_master_secret', true));
  if (options.encryptThenMac) list.push(extension('encrypt_then_mac', true));
  if (session !== undefined && session.ticket.length > 0) list.push(extension('session_ticket', session.ticket));
  return politeHello({
    sessionId: sessionIdOf(session),
    suites: options.suites ?? [suite.id],
    groups: options.groups ?? [29, 23],
    serverName: options.serverName === undefined ? 'localhost' : options.serverName,
    extensions: [...list, ...(options.extensions ?? [])],
  });
}

/** With a ticket an id of the client's own tells whether it was taken (RFC 5077, section 3.4). */
function sessionIdOf(session: Session12 | undefined): Uint8Array {
  if (session === undefined) return EMPTY;
  return session.ticket.length > 0 ? new Uint8Array(32).fill(0x1d) : session.id;
}

function exchangeEcdhe(peer: PeerClient12): void {
  const { params } = peer.last(HandshakeType.server_key_exchange, ServerKeyExchangeEcdhe);
  peer.share = startAtOnce(peer.groups.find(({ id }) => id === params.named_curve)!.start());
  peer.say(framed(HandshakeType.client_key_exchange, ClientKeyExchangeEcdhe, { ecdh_Yc: peer.share.share }));
  peer.agreeOn(agreeAtOnce(peer.share, params.public, false));
}

function exchangeDhe(peer: PeerClient12): void {
  const { exchange } = peer.suite;
  if (exchange.kind !== 'dhe') throw new Error('not a DHE suite');
  const { params } = peer.last(HandshakeType.server_key_exchange, ServerKeyExchangeDhe);
  peer.share = startAtOnce(exchange.field.start(params.dh_p, params.dh_g));
  peer.say(framed(HandshakeType.client_key_exchange, ClientKeyExchangeDhe, { dh_Yc: peer.share.share }));
  peer.agreeOn(agreeAtOnce(peer.share, params.dh_Ys, true));
}

function exchangeDhePsk(peer: PeerClient12): void {
  const { exchange } = peer.suite;
  if (exchange.kind !== 'dhe-psk') throw new Error('not a DHE_PSK suite');
  const { identity, key } = peer.options.psk!;
  const { params } = peer.last(HandshakeType.server_key_exchange, ServerKeyExchangeDhePsk);
  peer.share = startAtOnce(exchange.field.start(params.dh_p, params.dh_g));
  const value = { psk_identity: identity, dh_Yc: peer.share.share };
  peer.say(framed(HandshakeType.client_key_exchange, ClientKeyExchangeDhePsk, value));
  peer.agreeOn(pskPremaster(agreeAtOnce(peer.share, params.dh_Ys, true), key.slice()));
}

function exchangePsk(peer: PeerClient12): void {
  const { identity, key } = peer.options.psk!;
  peer.say(framed(HandshakeType.client_key_exchange, ClientKeyExchangePsk, { psk_identity: identity }));
  peer.agreeOn(pskPremaster(null, key.slice()));
}

function exchangeEcdhePsk(peer: PeerClient12): void {
  const { identity, key } = peer.options.psk!;
  const { params } = peer.last(HandshakeType.server_key_exchange, ServerKeyExchangeEcdhePsk);
  peer.share = startAtOnce(peer.groups.find(({ id }) => id === params.named_curve)!.start());
  const value = { psk_identity: identity, ecdh_Yc: peer.share.share };
  peer.say(framed(HandshakeType.client_key_exchange, ClientKeyExchangeEcdhePsk, value));
  peer.agreeOn(pskPremaster(agreeAtOnce(peer.share, params.public, false), key.slice()));
}

/** RFC 5246, section 7.4.7.1, with a padding that is the same each time. */
function exchangeRsa(peer: PeerClient12): void {
  const { premaster, sealed } = sealPremaster(peer);
  const value = { encrypted_pre_master_secret: sealed };
  peer.say(framed(HandshakeType.client_key_exchange, ClientKeyExchangeRsa, value));
  peer.agreeOn(premaster);
}

function exchangeRsaPsk(peer: PeerClient12): void {
  const { identity, key } = peer.options.psk!;
  const { premaster, sealed } = sealPremaster(peer);
  const value = { psk_identity: identity, encrypted_pre_master_secret: sealed };
  peer.say(framed(HandshakeType.client_key_exchange, ClientKeyExchangeRsaPsk, value));
  peer.agreeOn(pskPremaster(premaster, key.slice()));
}

function sealPremaster(peer: PeerClient12): { premaster: Uint8Array; sealed: Uint8Array } {
  const { block = same, encrypted = same } = peer.options;
  const { certificate_list } = peer.last(HandshakeType.certificate, Certificate12);
  const { spki, publicKey } = parseCertificate(certificate_list[0]!);
  const premaster = concat(new Uint8Array([3, 3]), new Uint8Array(46).fill(0x77));
  const padding = new Uint8Array(publicKey.bits / 8 - 3 - premaster.length).fill(0xee);
  const padded = block(concat(new Uint8Array([0, 2]), padding, new Uint8Array(1), premaster));
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const ciphertext = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, padded);
  return { premaster, sealed: encrypted(new Uint8Array(ciphertext)) };
}

const EXCHANGES: Readonly<Record<Suite12['exchange']['kind'], ClientStep12>> = {
  ecdhe: exchangeEcdhe,
  dhe: exchangeDhe,
  rsa: exchangeRsa,
  psk: exchangePsk,
  'ecdhe-psk': exchangeEcdhePsk,
  'dhe-psk': exchangeDhePsk,
  'rsa-psk': exchangeRsaPsk,
};
