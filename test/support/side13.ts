import { Vault } from '../../src/bytes/index.ts';
import type { Group, Suite13 } from '../../src/crypto/index.ts';
import { signedContent13 } from '../../src/handshake/authentication.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { schemesOf } from '../../src/handshake/negotiation.ts';
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
  CertificateVerify,
  Finished,
  HandshakeType,
  KeyUpdate,
} from '../../src/wire/index.ts';
import { countedProvider } from './deterministic.ts';
import { framed, Peer, type Presented, signAtOnce } from './peer.ts';

/** How values differ from those of a polite peer, before they are written. */
export interface Changes13 {
  readonly certificate?: (value: Certificate13) => Certificate13;
  readonly verify?: (value: CertificateVerify) => CertificateVerify;
  readonly finished?: (value: Uint8Array) => Uint8Array;
  /** Any message, header and all. */
  readonly message?: (type: number, message: Uint8Array) => Uint8Array;
}

const same = <T>(value: T): T => value;

/** What both roles of TLS 1.3 need for tests: transcript, key schedule and authentication. */
export abstract class Side13 extends Peer {
  readonly isTls13: boolean = true;
  readonly role: 'client' | 'server';
  readonly suite: Suite13;
  readonly groups: readonly Group[];
  transcript: Transcript = new Transcript();
  /** Whether the other end's Finished came and was right. */
  done: boolean = false;
  stage: HandshakeStage | null = null;
  master: MasterStage | null = null;
  /** Bytes of padding for our records; a sealer with padding takes any content type. */
  padding: () => number = () => 0;
  protected readonly vault: Vault = new Vault();
  protected writing: TrafficSecret | null = null;
  private reading: TrafficSecret | null = null;
  private readonly changes: Changes13;

  constructor(role: 'client' | 'server', suite: Suite13, changes: Changes13 = {}) {
    super();
    this.role = role;
    this.suite = suite;
    this.changes = changes;
    this.groups = countedProvider(role === 'client' ? 'client peer' : 'server').groups;
  }

  /** Sends a message and adds it to the transcript. */
  say(message: Uint8Array): void {
    const { message: change } = this.changes;
    const said = change === undefined ? message : change(message[0]!, message);
    this.transcript.add(said);
    this.message(said);
  }

  run(script: readonly ((peer: this) => void)[]): void {
    for (const step of script) step(this);
    this.flush();
  }

  /** Handshake keys, from a transcript that ends with the ServerHello. */
  deriveKeys(shared: Uint8Array, early: EarlyStage | null = null): HandshakeStage {
    this.transcript.start(this.suite.hash);
    const stage = early ?? new EarlyStage(this.suite.hash, null, this.vault);
    this.stage = stage.toHandshake(shared, this.transcript.hash());
    return this.stage;
  }

  /** A KeyUpdate, and the next key for what we send. */
  updateKeys(
    request: number = 0,
    message: Uint8Array = framed(HandshakeType.key_update, KeyUpdate, { request_update: request }),
  ): void {
    this.message(message);
    this.write(this.writing!.update(this.vault));
  }

  /** RFC 9846, section 4.5.4, under the handshake's keys. */
  finishedOf(role: 'client' | 'server'): Uint8Array {
    return (role === 'client' ? this.stage!.client : this.stage!.server).finished(this.transcript.hash());
  }

  sayCertificate(chain: readonly Uint8Array[], context: Uint8Array): void {
    const certificate_list: CertificateEntry[] = chain.map((cert_data) => ({ cert_data, extensions: [] }));
    const value = (this.changes.certificate ?? same)({ certificate_request_context: context, certificate_list });
    this.say(framed(HandshakeType.certificate, Certificate13, value));
  }

  sayVerify(credential: Credential, preferred?: Presented['scheme']): void {
    const scheme = preferred ?? schemesOf(credential).find((one) => one.tls13)!;
    const content = signedContent13(this.role, this.transcript.hash());
    const signature = signAtOnce({ credential, scheme }, 'TLSv1.3', content, this.role);
    const value = (this.changes.verify ?? same)({ algorithm: scheme.id, signature });
    this.say(framed(HandshakeType.certificate_verify, CertificateVerify, value));
  }

  sayFinished(verifyData: Uint8Array): void {
    this.say(framed(HandshakeType.finished, Finished, (this.changes.finished ?? same)(verifyData)));
  }

  write(secret: TrafficSecret): void {
    const { key, iv } = secret.keys(this.suite.aead);
    this.writing = secret;
    this.install(new Sealer13(this.suite.aead, key, iv, this.padding));
  }

  protected readWith(secret: TrafficSecret): void {
    const { key, iv } = secret.keys(this.suite.aead);
    this.reading = secret;
    this.opener = new Opener13(this.suite.aead, key, iv);
  }

  protected readNext(): void {
    this.readWith(this.reading!.update(this.vault));
  }
}
