// biome-ignore-all format: one flag a line reads as the table that it is

/** A flag that the shim does not know, or a value that it cannot honour: the runner counts it as unimplemented. */
export class Unimplemented extends Error {}

/** How a flag is read: what it is when absent, and what it becomes each time it occurs. */
interface Flag<T> {
  readonly initial: T;
  /** Whether the next argument belongs to it. */
  readonly takesValue: boolean;
  add(before: T, text: string): T;
}

function valued<T>(initial: T, add: (before: T, text: string) => T): Flag<T> {
  return { initial, takesValue: true, add };
}

const yes: Flag<boolean> = { initial: false, takesValue: false, add: () => true };
const number: Flag<number> = valued(0, (_, text) => whole(text));
const numbers: Flag<readonly number[]> = valued<readonly number[]>([], (before, text) => [...before, whole(text)]);
const text: Flag<string> = valued('', (_, value) => value);
const octets: Flag<Uint8Array | null> = valued<Uint8Array | null>(null, (_, value) => new Uint8Array(Buffer.from(value, 'base64')));
/** A number that is different from none even where it is 0. */
const optional: Flag<number | null> = valued<number | null>(null, (_, value) => whole(value));

function whole(value: string): number {
  if (!/^-?\d+$/.test(value)) throw new Unimplemented(`"${value}" is no number`);
  return Number(value);
}

/** Every flag that the shim obeys. Those of `CREDENTIAL_FLAGS` belong to the credential begun last. */
const FLAGS = {
  port: number,                                          // where the runner listens
  ipv6: yes,                                             // ... on ::1 instead of 127.0.0.1
  'shim-id': text,                                       // eight bytes to begin each connection with; 64 bits, hence text
  server: yes,                                           // be the server
  'resume-count': number,                                // how many connections follow the first
  async: yes,                                            // bytes one at a time, every task settled late
  'implicit-handshake': yes,                             // no handshake call before reading: an engine knows no difference
  'handshake-twice': yes,                                // ... and no second one either
  'no-op-extra-handshake': yes,                          // likewise

  'min-version': number,                                 // lowest version
  'max-version': number,                                 // highest version
  'no-tls13': yes,                                       // without TLS 1.3
  'no-tls12': yes,                                       // without TLS 1.2
  'no-tls11': yes,                                       // never there
  'no-tls1': yes,                                        // never there
  'expect-version': number,                              // version negotiated

  cipher: text,                                          // suites, ours counting before the client's
  'server-preference': yes,                              // our order of suites and groups counts
  'expect-cipher': number,                               // suite negotiated
  'expect-cipher-aes': number,                           // ... where AES is fast, as everywhere that Node runs
  'expect-cipher-no-aes': number,                        // ... where it is slow: nowhere
  curves: numbers,                                       // groups, best first
  'key-shares': numbers,                                 // groups of which a share is sent
  'no-key-shares': yes,                                  // none is sent
  'expect-curve-id': number,                             // group negotiated
  'expect-hrr': yes,                                     // a HelloRetryRequest happened
  'expect-no-hrr': yes,                                  // none happened

  'trust-cert': text,                                    // the runner's root: the verifier here is told its verdict
  'verify-peer': yes,                                    // server: ask for a certificate; client: insist on the verdict
  'require-any-client-certificate': yes,                 // server: insist on a certificate
  'verify-fail': yes,                                    // the verdict is no
  'use-custom-verify-callback': yes,                     // the verdict may come later: all of ours may
  'reverify-on-resume': yes,                             // ask for the verdict again in resumption
  'expect-verify-result': yes,                           // the verdict is remembered
  'expect-peer-cert-file': text,                         // the peer's chain
  'expect-no-peer-cert': yes,                            // the peer has none
  'max-cert-list': number,                               // bytes that a chain may have
  'verify-prefs': numbers,                               // schemes that the peer may sign with
  'expect-peer-signature-algorithm': number,             // scheme that it signed with
  'expect-peer-verify-pref': numbers,                    // schemes that it said it verifies
  'expect-certificate-types': octets,                    // certificate_types of its CertificateRequest
  'use-client-ca-list': text,                            // names to send along with a CertificateRequest
  'expect-client-ca-list': text,                         // names that came with one
  'fail-cert-callback': yes,                             // choosing a certificate fails
  'use-old-client-cert-callback': yes,                   // an older hook for the same choice
  'use-early-callback': yes,                             // choose when the ClientHello is known
  'fail-early-callback': yes,                            // that choice fails
  'expect-selected-credential': optional,                // which of the credentials was used; -1: the default one

  'enable-ocsp-stapling': yes,                           // client: ask for a staple
  'expect-ocsp-response': octets,                        // the staple that came
  'use-ocsp-callback': yes,                              // a hook chooses the staple, or judges it
  'set-ocsp-in-callback': yes,                           // it has one
  'decline-ocsp-callback': yes,                          // it has none
  'fail-ocsp-callback': yes,                             // it refuses

  'host-name': text,                                     // client: SNI
  'expect-server-name': text,                            // server: SNI received
  'advertise-alpn': text,                                // client: protocols, as on the wire
  'expect-alpn': text,                                   // client: protocol selected
  'select-alpn': text,                                   // server: protocol to select, whatever is offered
  'expect-advertised-alpn': text,                        // server: protocols offered
  'decline-alpn': yes,                                   // server: go on without
  'reject-alpn': yes,                                    // server: refuse
  'select-empty-alpn': yes,                              // server: select a protocol without a name

  'no-ticket': yes,                                      // no tickets
  'use-ticket-callback': yes,                            // tickets through a hook
  'use-ticket-aead-callback': yes,                       // ... of another kind
  'skip-ticket': yes,                                    // ... which makes none
  'renew-ticket': yes,                                   // ... or a new one each time
  'expect-ticket-renewal': yes,                          // resumed, and a new ticket came
  'expect-session-miss': yes,                            // not resumed
  'expect-no-session': yes,                              // no session came
  'expect-session-id': yes,                              // the session went into the cache
  'expect-no-session-id': yes,                           // it did not
  'resumption-delay': number,                            // seconds that pass before the next connection
  'expect-ticket-age-skew': number,                      // seconds by which the client's idea of the age is off
  'expect-extended-master-secret': yes,                  // RFC 7627
  psk: text,                                             // TLS 1.2: the pre-shared key
  'psk-identity': text,                                  // its identity, and hint

  'enable-early-data': yes,                              // 0-RTT
  'expect-ticket-supports-early-data': yes,              // the ticket allows it
  'early-write-after-message': number,                   // write it when this message has come, in place of at once
  'expect-accept-early-data': yes,                       // it was accepted
  'expect-reject-early-data': yes,                       // it was rejected
  'expect-no-offer-early-data': yes,                     // it was not offered
  'expect-early-data-reason': text,                      // why

  'renegotiate-once': yes,                               // obey one HelloRequest
  'renegotiate-freely': yes,                             // obey all
  'renegotiate-ignore': yes,                             // obey none, and go on
  'forbid-renegotiation-after-handshake': yes,           // as is the default
  'expect-total-renegotiations': number,                 // how many there were
  'expect-secure-renegotiation': yes,                    // RFC 5746 is spoken
  'expect-no-secure-renegotiation': yes,                 // it is not
  'no-legacy-server-connect': yes,                       // refuse servers that do not speak it

  'export-keying-material': number,                      // bytes to export and send
  'export-label': text,                                  // under this label
  'export-context': text,                                // in this context
  'use-export-context': yes,                             // ... which exists, even if empty
  'export-traffic-secrets': yes,                         // send both traffic secrets
  'tls-unique': yes,                                     // send the channel binding

  'check-close-notify': yes,                             // close_notify both ways
  'shim-shuts-down': yes,                                // close instead of echoing
  'shim-writes-first': yes,                              // write before echoing
  'shim-initial-write': { ...text, initial: 'hello' },   // this
  'repeat-shim-initial-write': { ...number, initial: 1 },// so often
  'read-with-unfinished-write': yes,                     // read while a write is half done
  'write-different-record-sizes': yes,                   // write many sizes instead
  'max-send-fragment': number,                           // bytes of plaintext per record sent
  'read-size': number,                                   // bytes per read
  'key-update': yes,                                     // update keys before each answer
  'key-update-before-read': yes,                         // ... before each read
  'expect-msg-callback': text,                           // all messages, in order
} as const;

/** Flags that the shim knows but cannot honour together, and why. */
const NOT_TOGETHER: readonly (readonly [keyof typeof FLAGS, keyof typeof FLAGS, string])[] = [
  ['read-with-unfinished-write', 'renegotiate-freely', 'BoringSSL refuses to renegotiate then; an engine finishes each write in memory'],
];

/** Flags of a credential. */
const CREDENTIAL_FLAGS = {
  'cert-file': text,                                     // PEM, leaf first
  'key-file': text,                                      // PEM
  'signing-prefs': numbers,                              // schemes to sign with, best first
  'ocsp-response': octets,                               // staple
  'must-match-issuer': yes,                              // only for peers that named its issuer
} as const;

type Values<Table> = { -readonly [K in keyof Table]: Table[K] extends Flag<infer T> ? T : never };

export type CredentialConfig = Values<typeof CREDENTIAL_FLAGS>;

/** One connection's flags. */
export type Config = Values<typeof FLAGS> & {
  /** Flags of a credential before the first `-new-x509-credential`. */
  base: CredentialConfig;
  credentials: CredentialConfig[];
};

export interface Configs {
  readonly initial: Config;
  readonly resume: Config;
  readonly retry: Config;
}

type AnyTable = Readonly<Record<string, Flag<unknown>>>;

/** Reads the command line. Throws Unimplemented, naming the flag. */
export function readFlags(argv: readonly string[]): Configs {
  const configs = { initial: emptyConfig(), resume: emptyConfig(), retry: emptyConfig() };
  const args = argv.slice();
  while (args.length > 0) {
    const { name, targets } = addressed(args.shift()!, configs);
    if (name === 'new-x509-credential') {
      for (const target of targets) target.credentials.push(valuesOf(CREDENTIAL_FLAGS));
      continue;
    }
    const ofCredential = name in CREDENTIAL_FLAGS;
    const table = (ofCredential ? CREDENTIAL_FLAGS : FLAGS) as unknown as AnyTable;
    const flag = Object.prototype.hasOwnProperty.call(table, name) ? table[name] : undefined;
    if (flag === undefined) throw new Unimplemented(`-${name}`);
    const value = flag.takesValue ? args.shift()! : '';
    for (const target of targets) {
      const into: Record<string, unknown> = ofCredential ? (target.credentials.at(-1) ?? target.base) : target;
      into[name] = flag.add(into[name], value);
    }
  }
  Object.values(configs).forEach(refuseUnfit);
  return configs;
}

function refuseUnfit(config: Config): void {
  for (const [one, other, why] of NOT_TOGETHER) {
    if (config[one] && config[other]) throw new Unimplemented(`-${one} with -${other}: ${why}`);
  }
}

function addressed(argument: string, configs: Configs): { name: string; targets: Config[] } {
  const match = /^-(?:on-(initial|resume|retry)-)?(.+)$/.exec(argument);
  if (match === null) throw new Unimplemented(argument);
  const only = match[1] as keyof Configs | undefined;
  return { name: match[2]!, targets: only === undefined ? Object.values(configs) : [configs[only]] };
}

function emptyConfig(): Config {
  return { ...valuesOf(FLAGS), base: valuesOf(CREDENTIAL_FLAGS), credentials: [] };
}

function valuesOf<Table extends object>(table: Table): Values<Table> {
  const values = Object.entries(table as AnyTable).map(([name, flag]) => [name, flag.initial]);
  return Object.fromEntries(values) as Values<Table>;
}
