import { type Codec, enumerated, list, sole, uint16, vector } from '../codec/index.ts';
import { protocolVersion } from '../types.ts';

/** RFC 9846, section 4.3.1, in a ClientHello. */
export const SupportedVersions: Codec<readonly number[]> = /* @__PURE__ */ sole(
  'SupportedVersions',
  'versions',
  /* @__PURE__ */ list(protocolVersion, 2, 0xfe),
);

/** The same extension in a ServerHello or HelloRetryRequest. */
export const SelectedVersion: Codec<number> = /* @__PURE__ */ sole(
  'SupportedVersions',
  'selected_version',
  protocolVersion,
);

/** RFC 9846, section 4.3.2. */
export const Cookie: Codec<Uint8Array> = /* @__PURE__ */ sole('Cookie', 'cookie', vector(1, 0xffff));

/** Bytes of plaintext that an endpoint takes in one record (RFC 8449, section 4). */
export const RecordSizeLimit: Codec<number> = /* @__PURE__ */ sole('RecordSizeLimit', 'record_size_limit', uint16);

/** RFC 6066, section 4. */
export const MaxFragmentLength: Codec<number> = /* @__PURE__ */ sole(
  'MaxFragmentLengthExtension',
  'max_fragment_length',
  /* @__PURE__ */ enumerated('MaxFragmentLength', 1),
);

/** RFC 5746, section 3.2: nothing at first, verify_data of the handshake before when it is renegotiated. */
export const RenegotiationInfo: Codec<Uint8Array> = /* @__PURE__ */ sole(
  'RenegotiationInfo',
  'renegotiated_connection',
  /* @__PURE__ */ vector(0, 0xff),
);
