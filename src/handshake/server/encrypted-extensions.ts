import { fromLatin1 } from '../../bytes/index.ts';
import { MAX_PLAINTEXT } from '../../record/index.ts';
import {
  type ClientHelloExtensions,
  ENCRYPTED_EXTENSIONS,
  EncryptedExtensions,
  type Extension,
  type ExtensionValues,
  HandshakeType,
  writeExtension,
} from '../../wire/index.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';

/** RFC 9846, section 4.4.1. */
export function sendEncryptedExtensions(hs: ServerHandshake, { values }: ReadHello, early: boolean): void {
  const table = ENCRYPTED_EXTENSIONS;
  const extensions: Extension[] = [];
  if (hs.facts.serverName !== null && hs.facts.resumed !== true)
    extensions.push(writeExtension(table, 'server_name', true));
  const alpn = hs.facts.alpn ?? null;
  if (alpn !== null)
    extensions.push(writeExtension(table, 'application_layer_protocol_negotiation', [fromLatin1(alpn)]));
  const limits = answerLimits(hs, values, 1);
  if (limits.record_size_limit !== null)
    extensions.push(writeExtension(table, 'record_size_limit', limits.record_size_limit));
  if (limits.max_fragment_length !== null)
    extensions.push(writeExtension(table, 'max_fragment_length', limits.max_fragment_length));
  if (early) extensions.push(writeExtension(table, 'early_data', true));
  hs.send(HandshakeType.encrypted_extensions, EncryptedExtensions, { extensions });
}

export interface LimitAnswer {
  readonly record_size_limit: number | null;
  readonly max_fragment_length: number | null;
}

/**
 * Takes the client's record limits into account and says what to answer. RFC 8449, section 5: with
 * record_size_limit the older extension does not count.
 */
export function answerLimits(
  hs: ServerHandshake,
  values: ExtensionValues<ClientHelloExtensions>,
  typeSize: number,
): LimitAnswer {
  const limit = values.record_size_limit;
  const fragment = values.max_fragment_length;
  if (limit !== undefined) {
    const own = hs.settings.recordSizeLimit ?? MAX_PLAINTEXT;
    hs.link.setMaxFragment(Math.min(MAX_PLAINTEXT, limit - typeSize));
    hs.link.setMaxReceived(own);
    return { record_size_limit: own + typeSize, max_fragment_length: null };
  }
  const size = fragment === undefined ? MAX_PLAINTEXT : 256 << fragment;
  hs.link.setMaxFragment(size);
  hs.link.setMaxReceived(size);
  return { record_size_limit: null, max_fragment_length: fragment ?? null };
}
