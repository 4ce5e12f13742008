/**
 * What runs inside a small engine: a client and nothing that the language does not have. The host lends entropy and
 * the time, carries bytes, and signs.
 */
import { concat, fromHex } from '../../src/bytes/index.ts';
import { clientSettings } from '../../src/config/client.ts';
import { credential, credentialChooser } from '../../src/config/credentials.ts';
import { pathVerifier } from '../../src/config/verifiers.ts';
import { createClientEngine, type Engine, settle } from '../../src/engine/index.ts';
import type { CredentialSource } from '../../src/handshake/credential.ts';
import type { Version } from '../../src/handshake/version.ts';
import { createNobleProvider } from '../../src/providers/noble.ts';
import { AnchorSet, anchorFromCertificate, parseCertificate } from '../../src/x509/index.ts';

/** What the host lends. */
interface Host {
  entropy(size: number): ArrayBuffer;
  /** Milliseconds since 1970. */
  now(): number;
}

/** What the host may ask for; byte strings in it are hex. */
export interface GuestOptions {
  readonly versions: readonly Version[];
  readonly serverName: string;
  /** Certificates to trust, DER. */
  readonly anchors: readonly string[];
  /** DER, leaf first, of a P-256 key that the host holds; null: none. */
  readonly clientChain: readonly string[] | null;
  readonly alpn: readonly string[];
}

/** How far the connection is. */
export interface GuestStatus {
  readonly state: Engine['state'];
  readonly error: string | null;
  readonly version: string | null;
  readonly suite: string | null;
  readonly group: string | null;
  readonly alpn: string | null;
  readonly verified: boolean;
  readonly sessions: number;
  readonly ended: boolean;
  readonly signing: boolean;
  /** Hosts' things that should not be there. */
  readonly globals: readonly string[];
}

/** What the host calls. */
export interface Guest {
  connect(options: string): void;
  receive(bytes: ArrayBuffer): void;
  receiveEnd(): void;
  send(bytes: ArrayBuffer): void;
  close(): void;
  /** Bytes for the transport, and application data; empty if there are none. */
  output(): ArrayBuffer;
  data(): ArrayBuffer;
  status(): string;
  /** What is to be signed, and the answer to it. */
  message(): ArrayBuffer;
  signed(signature: ArrayBuffer): void;
}

const host = globalThis as unknown as Host & { guest: Guest };
const provider = createNobleProvider({ random: (size) => new Uint8Array(host.entropy(size)) });

let engine: Engine;
let data: Uint8Array[] = [];
let sessions = 0;
let ended = false;
let pending: { readonly message: Uint8Array; readonly resolve: (signature: Uint8Array) => void } | null = null;

/** A key that the host holds: it signs when it pleases. */
const distantKey = {
  schemes: ['ecdsa_secp256r1_sha256'] as const,
  sign: ({ message }: { readonly message: Uint8Array }): Promise<Uint8Array> =>
    new Promise((resolve) => {
      pending = { message, resolve };
    }),
};

function credentials(chain: readonly string[] | null): CredentialSource | null {
  return chain === null ? null : credentialChooser([credential({ chain: chain.map(fromHex), key: distantKey })]);
}

function work(): void {
  settle(engine, work);
  for (let event = engine.takeEvent(); event !== null; event = engine.takeEvent()) {
    if (event.type === 'data') data.push(event.bytes);
    else if (event.type === 'session') sessions += 1;
    else if (event.type === 'end') ended = true;
  }
}

/** The bytes alone, whatever memory they lie in. */
function alone(parts: readonly Uint8Array[]): ArrayBuffer {
  return concat(...parts).buffer as ArrayBuffer;
}

host.guest = {
  connect(text) {
    const options = JSON.parse(text) as GuestOptions;
    const anchors = new AnchorSet(options.anchors.map((der) => anchorFromCertificate(parseCertificate(fromHex(der)))));
    const { verifiers } = provider;
    engine = createClientEngine(
      clientSettings({
        provider,
        verifier: pathVerifier({ anchors, verifiers, now: host.now }),
        now: host.now,
        versions: options.versions,
        serverName: options.serverName,
        credentials: credentials(options.clientChain),
        alpn: options.alpn,
      }),
    );
    work();
  },
  receive(bytes) {
    engine.receive(new Uint8Array(bytes));
    work();
  },
  receiveEnd() {
    engine.receiveEnd();
    work();
  },
  send(bytes) {
    engine.send(new Uint8Array(bytes));
  },
  close() {
    engine.close();
    work();
  },
  output() {
    const pieces: Uint8Array[] = [];
    for (let piece = engine.takeOutput(); piece !== null; piece = engine.takeOutput()) pieces.push(piece);
    return alone(pieces);
  },
  data() {
    const taken = data;
    data = [];
    return alone(taken);
  },
  status() {
    const { state, error, facts } = engine;
    const foreign = ['process', 'Buffer', 'TextEncoder', 'TextDecoder', 'crypto', 'setTimeout', 'URL', 'console'];
    const status: GuestStatus = {
      state,
      error: error === null ? null : `${error.code}: ${error.message}`,
      version: facts.version ?? null,
      suite: facts.suite?.name ?? null,
      group: facts.group ?? null,
      alpn: facts.alpn ?? null,
      verified: facts.peer?.verdict.error === null && facts.peer.verdict.path !== null,
      sessions,
      ended,
      signing: pending !== null,
      globals: foreign.filter((name) => name in globalThis),
    };
    return JSON.stringify(status);
  },
  message() {
    return alone([pending!.message]);
  },
  signed(signature) {
    const { resolve } = pending!;
    pending = null;
    resolve(new Uint8Array(signature));
  },
};
