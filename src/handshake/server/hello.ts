import { toLatin1 } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import {
  CLIENT_HELLO_EXTENSIONS,
  ClientHello,
  type ClientHelloExtensions,
  type ExtensionTable,
  ExtensionType,
  type ExtensionValues,
  readExtensions,
  receivedPsks,
} from '../../wire/index.ts';
import type { RawMessage } from '../context.ts';
import { VERSION_CODES, type Version } from '../version.ts';
import type { HelloFacts, ReadHello, ServerHandshake, ServerSettings } from './settings.ts';

const FALLBACK_SCSV = 0x5600;
const RENEGOTIATION_SCSV = 0x00ff;

type Values = ExtensionValues<ClientHelloExtensions>;

const RECEIVED: ExtensionTable<ClientHelloExtensions> = {
  ...CLIENT_HELLO_EXTENSIONS,
  pre_shared_key: { type: ExtensionType.pre_shared_key, codec: receivedPsks },
};

/** Decodes a ClientHello and checks what every version asks of it. */
export function readClientHello(hs: ServerHandshake, raw: RawMessage): ReadHello {
  const hello = hs.decode(ClientHello, raw);
  const values = readExtensions(RECEIVED, hello.extensions);
  if (!hello.legacy_compression_methods.includes(0)) {
    fail('ERR_TLS_WRONG_COMPRESSION', { detail: 'null is not offered', alert: 'illegal_parameter' });
  }
  const types = (hello.extensions ?? []).map((e) => e.extension_type);
  const psk = types.indexOf(ExtensionType.pre_shared_key);
  if (psk >= 0 && psk !== types.length - 1) fail('ERR_TLS_BAD_PSK', 'pre_shared_key is not the last extension');
  checkLimits(values);
  return { hello, values, raw };
}

/** RFC 8449, section 4; RFC 6066, section 4. */
function checkLimits({ record_size_limit: limit, max_fragment_length: fragment }: Values): void {
  if (limit !== undefined && limit < 64) fail('ERR_TLS_BAD_EXTENSION', `record_size_limit ${limit}`);
  if (limit === undefined && fragment !== undefined && !(fragment >= 1 && fragment <= 4)) {
    fail('ERR_TLS_BAD_EXTENSION', `max_fragment_length ${fragment}`);
  }
}

export function factsOf({ hello, values }: ReadHello): HelloFacts {
  return {
    serverName: serverNameOf(values),
    alpn: (values.application_layer_protocol_negotiation ?? []).map(toLatin1),
    versions: values.supported_versions ?? [hello.legacy_version],
    suites: hello.cipher_suites,
    groups: values.supported_groups ?? [],
    schemes: values.signature_algorithms ?? [],
    wantsOcsp: values.status_request?.status_type === 1,
  };
}

/** The one host name (RFC 6066, section 3); other kinds of name are ignored. */
function serverNameOf(values: Values): string | null {
  const { server_name: names } = values;
  if (names === undefined) return null;
  const hosts = names.filter((name) => name.name_type === 0);
  if (hosts.length > 1) fail('ERR_TLS_BAD_EXTENSION', 'server_name has more than one host name');
  if (hosts.length === 0) return null;
  const { host_name: bytes } = hosts[0]!;
  if (bytes.length > 255 || !bytes.every(isGraphic)) fail('ERR_TLS_BAD_EXTENSION', 'server_name is no host name');
  return toLatin1(bytes);
}

/** Names end up in logs, where other bytes could do harm. */
function isGraphic(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

/** The newest version in common (RFC 9846, section 4.3.1). Fails with ERR_TLS_VERSION. */
export function chooseVersion(settings: ServerSettings, { hello, values }: ReadHello): Version {
  const offered = values.supported_versions;
  const legacy = hello.legacy_version;
  if (legacy <= 0x0300) fail('ERR_TLS_VERSION', `the client says 0x${legacy.toString(16)}`);
  for (const version of settings.versions) {
    const code = VERSION_CODES[version];
    const fits = offered === undefined ? version === 'TLSv1.2' && legacy >= code : offered.includes(code);
    if (!fits) continue;
    const fallback = hello.cipher_suites.includes(FALLBACK_SCSV) && version !== settings.versions[0];
    if (fallback) fail('ERR_TLS_FALLBACK');
    return version;
  }
  return fail(
    'ERR_TLS_VERSION',
    `the client offers ${(offered ?? [legacy]).map((v) => `0x${v.toString(16)}`).join(', ')}`,
  );
}

/** The protocol in common that we like best (RFC 7301, section 3.2); null without ALPN. */
export function chooseProtocol(settings: ServerSettings, { values }: ReadHello): string | null {
  const offered = values.application_layer_protocol_negotiation;
  if (offered === undefined || settings.alpn.length === 0) return null;
  const theirs = offered.map(toLatin1);
  for (const protocol of settings.alpn) if (theirs.includes(protocol)) return protocol;
  if (settings.alpnMismatch === 'ignore') return null;
  return fail('ERR_TLS_ALPN', `the client offers ${theirs.map((p) => JSON.stringify(p)).join(', ')}`);
}

/** Which protocol is spoken stays as it is in a renegotiation: a client may say it again, but not leave it. */
export function keepProtocol(protocol: string | null, { values }: ReadHello): string | null {
  const offered = values.application_layer_protocol_negotiation;
  if (protocol !== null && offered !== undefined && !offered.map(toLatin1).includes(protocol)) {
    fail('ERR_TLS_ALPN', `${JSON.stringify(protocol)} is spoken already`);
  }
  return protocol;
}

/** Ours or theirs first, as configured; only what both have. */
export function inCommon<T extends { readonly id: number }>(
  ours: readonly T[],
  theirs: readonly number[],
  preferOwn: boolean,
): T[] {
  if (preferOwn) return ours.filter((one) => theirs.includes(one.id));
  const common: T[] = [];
  for (const id of theirs) {
    const one = ours.find((o) => o.id === id);
    if (one !== undefined && !common.includes(one)) common.push(one);
  }
  return common;
}

/** Whether the client knows RFC 5746; in a first handshake its extension is empty. */
export function readRenegotiationInfo({ hello, values }: ReadHello, expected: Uint8Array | null): boolean {
  const info = values.renegotiation_info;
  const scsv = hello.cipher_suites.includes(RENEGOTIATION_SCSV);
  if (expected === null) {
    if (info !== undefined && info.length > 0) fail('ERR_TLS_BAD_RENEGOTIATION_INFO');
    return info !== undefined || scsv;
  }
  const same = info !== undefined && info.length === expected.length && info.every((byte, i) => byte === expected[i]);
  if (scsv || !same) fail('ERR_TLS_BAD_RENEGOTIATION_INFO');
  return true;
}
