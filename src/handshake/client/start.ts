import { equalBytes } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { decode, ExtensionType, HandshakeType, SelectedVersion, ServerHello } from '../../wire/index.ts';
import type { Established } from '../established.ts';
import { VERSION_CODES, type Version } from '../version.ts';
import { makeOffer } from './offer.ts';
import type { ClientHandshake } from './settings.ts';

/** A client's handshake: hello, answer, and then the flow of the version that the server chose. */
export function* startClient(hs: ClientHandshake): Flow<Established> {
  if (hs.settings.sendServerName) hs.facts.serverName = hs.settings.serverName;
  const offer = yield* makeOffer(hs);
  // A middlebox's friend may send one even before its hello (RFC 9846, section 5).
  if (hs.settings.versions.includes('TLSv1.3')) hs.link.expectChangeCipherSpec('drop');
  const hello = yield* hs.read(HandshakeType.server_hello, ServerHello);
  const version = versionOf(hs, hello);
  if (version === 'TLSv1.2') {
    if (offer.early !== null) {
      fail('ERR_TLS_EARLY_DATA_MISMATCH', { detail: 'in TLS 1.2', alert: 'protocol_version' });
    }
    if (hs.facts.earlyData !== 'disabled') hs.facts.earlyData = 'other-version';
    hs.link.expectChangeCipherSpec('forbid');
    checkDowngrade(hs, hello);
  }
  hs.facts.version = version;
  const flow = hs.settings.flows[version];
  if (flow === undefined) fail('ERR_TLS_VERSION', `the server chose ${version}`);
  return yield* flow(hs, offer, hello);
}

/** RFC 9846, section 4.3.1: supported_versions says 1.3; without it the old field counts. */
function versionOf(hs: ClientHandshake, hello: ServerHello): Version {
  const { versions } = hs.settings;
  const named = (hello.extensions ?? []).find((e) => e.extension_type === ExtensionType.supported_versions);
  if (named !== undefined) {
    const supported_versions = decode(SelectedVersion, named.extension_data);
    if (!versions.includes('TLSv1.3')) fail('ERR_TLS_UNSOLICITED_EXTENSION', 'supported_versions in ServerHello');
    if (supported_versions !== VERSION_CODES['TLSv1.3']) {
      fail('ERR_TLS_UNSUPPORTED_VERSION', `0x${(supported_versions ?? 0).toString(16)}`);
    }
    return 'TLSv1.3';
  }
  if (hello.legacy_version !== VERSION_CODES['TLSv1.2'] || !versions.includes('TLSv1.2')) {
    fail('ERR_TLS_VERSION', `the server chose version 0x${hello.legacy_version.toString(16)}`);
  }
  return 'TLSv1.2';
}

/** "DOWNGRD", then 1 for TLS 1.2 or 0 for what came before. */
const DOWNGRADE = new Uint8Array([0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44]);

/** A server that speaks 1.3 says so where it seems to be asked for less (RFC 9846, section 4.2.3). */
function checkDowngrade(hs: ClientHandshake, hello: ServerHello): void {
  if (!hs.settings.versions.includes('TLSv1.3')) return;
  const marked = equalBytes(hello.random.subarray(24, 31), DOWNGRADE);
  if (marked && hello.random[31]! <= 1) fail('ERR_TLS_DOWNGRADE');
}
