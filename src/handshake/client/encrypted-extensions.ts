import { toLatin1 } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { MAX_PLAINTEXT } from '../../record/index.ts';
import {
  ENCRYPTED_EXTENSIONS,
  EncryptedExtensions,
  ExtensionType,
  HandshakeType,
  readExtensions,
} from '../../wire/index.ts';
import { checkAnswers, checkSelectedProtocol } from '../extensions.ts';
import { announcedLimit, fragmentCode } from './offer.ts';
import type { ClientHandshake, Offer } from './settings.ts';

const ALLOWED: readonly number[] = [
  ExtensionType.server_name,
  ExtensionType.max_fragment_length,
  ExtensionType.supported_groups,
  ExtensionType.application_layer_protocol_negotiation,
  ExtensionType.early_data,
  ExtensionType.record_size_limit,
];

/** What the ServerHello has answered, so that there is nothing left to answer here. */
const ANSWERED: readonly number[] = [
  ExtensionType.supported_versions,
  ExtensionType.key_share,
  ExtensionType.pre_shared_key,
];

/** RFC 9846, section 4.4.1. `early`: the server may accept early data; returns whether it does. */
export function* readEncryptedExtensions(hs: ClientHandshake, offer: Offer, early: boolean): Flow<boolean> {
  const { extensions } = yield* hs.read(HandshakeType.encrypted_extensions, EncryptedExtensions);
  const values = readExtensions(ENCRYPTED_EXTENSIONS, extensions);
  const unanswered = offer.sent.filter(
    (type) => !ANSWERED.includes(type) && (early || type !== ExtensionType.early_data),
  );
  checkAnswers(values.seen, unanswered, ALLOWED, 'EncryptedExtensions');
  applyProtocol(hs, values.application_layer_protocol_negotiation);
  applyRecordLimits(hs, values.record_size_limit, values.max_fragment_length, 1);
  return values.early_data === true;
}

export function applyProtocol(hs: ClientHandshake, selected: readonly Uint8Array[] | undefined): void {
  hs.facts.alpn = selected === undefined ? null : checkSelectedProtocol(selected.map(toLatin1), hs.settings.alpn);
}

/**
 * What the server lets us send, and that it keeps to what we asked: one that answers neither extension may send records
 * of any size. RFC 8449, section 4: at least 64, and in TLS 1.3 the content type counts (`typeSize` 1). RFC 6066,
 * section 4: the answer repeats what we asked.
 */
export function applyRecordLimits(
  hs: ClientHandshake,
  limit: number | undefined,
  fragment: number | undefined,
  typeSize: number,
): void {
  if (limit !== undefined && fragment !== undefined) {
    fail('ERR_TLS_BAD_EXTENSION', 'record_size_limit and max_fragment_length together');
  }
  if (limit !== undefined) {
    if (limit < 64) fail('ERR_TLS_BAD_EXTENSION', `record_size_limit ${limit}`);
    hs.link.setMaxFragment(Math.min(MAX_PLAINTEXT, limit - typeSize));
    hs.link.setMaxReceived(announcedLimit(hs.settings) - typeSize);
    return;
  }
  const asked = hs.settings.maxFragmentLength;
  if (fragment !== undefined && fragment !== fragmentCode(asked!)) {
    fail('ERR_TLS_BAD_EXTENSION', `max_fragment_length ${fragment}`);
  }
  const size = fragment === undefined ? MAX_PLAINTEXT : asked!;
  hs.link.setMaxFragment(size);
  hs.link.setMaxReceived(size);
}
