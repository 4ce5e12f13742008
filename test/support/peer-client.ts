import { fromLatin1 } from '../../src/bytes/index.ts';
import { type KeyShare, SCHEMES } from '../../src/crypto/index.ts';
import {
  CLIENT_HELLO_EXTENSIONS,
  type ClientHello,
  type ClientHelloExtensions,
  type Extension,
  writeExtension,
} from '../../src/wire/index.ts';

/** One extension of a ClientHello, by its IANA name. */
export function extension<Name extends keyof ClientHelloExtensions>(
  name: Name,
  value: ClientHelloExtensions[Name],
): Extension {
  return writeExtension(CLIENT_HELLO_EXTENSIONS, name, value);
}

export interface Offered {
  readonly sessionId: Uint8Array;
  readonly suites: readonly number[];
  /** NamedGroup code points. */
  readonly groups: readonly number[];
  /** Null: no server_name. */
  readonly serverName: string | null;
  readonly extensions: readonly Extension[];
}

export const CLIENT_RANDOM: Uint8Array = new Uint8Array(32).fill(0xc1);

/** What polite clients of both versions say. */
export function politeHello({ sessionId, suites, groups, serverName, extensions }: Offered): ClientHello {
  const named = serverName === null ? [] : [serverNameOf(serverName)];
  return {
    legacy_version: 0x0303,
    random: CLIENT_RANDOM,
    legacy_session_id: sessionId,
    cipher_suites: suites,
    legacy_compression_methods: new Uint8Array(1),
    extensions: [
      ...named,
      extension('supported_groups', groups),
      extension(
        'signature_algorithms',
        SCHEMES.map(({ id }) => id),
      ),
      ...extensions,
    ],
  };
}

export function serverNameOf(name: string): Extension {
  return extension('server_name', [{ name_type: 0, host_name: fromLatin1(name) }]);
}

export function protocols(...names: readonly string[]): Extension {
  return extension('application_layer_protocol_negotiation', names.map(fromLatin1));
}

/** A client's shares, by group. */
export type Shares = Map<number, KeyShare>;
