import { type Codec, enumerated, list, sole, struct, uint16, uint32, vector } from '../codec/index.ts';

/** RFC 9846, section 4.3.11. */
export interface PskIdentity {
  readonly identity: Uint8Array;
  /** Milliseconds since the ticket came plus its ticket_age_add, modulo 2^32; 0 for external keys. */
  readonly obfuscated_ticket_age: number;
}

export const PskIdentity: Codec<PskIdentity> = /* @__PURE__ */ struct<PskIdentity>('PskIdentity', {
  identity: /* @__PURE__ */ vector(1, 0xffff),
  obfuscated_ticket_age: uint32,
});

export interface OfferedPsks {
  readonly identities: readonly PskIdentity[];
  /** One for each identity. */
  readonly binders: readonly Uint8Array[];
}

export const OfferedPsks: Codec<OfferedPsks> = /* @__PURE__ */ struct<OfferedPsks>('OfferedPsks', {
  identities: /* @__PURE__ */ list(PskIdentity, 7, 0xffff),
  binders: /* @__PURE__ */ list(/* @__PURE__ */ vector(32, 0xff, 'PskBinderEntry'), 33, 0xffff),
});

/** The same as a server reads it: a binder of a length that no binder has is a wrong binder, and nothing worse. */
export const receivedPsks: Codec<OfferedPsks> = /* @__PURE__ */ struct<OfferedPsks>('OfferedPsks', {
  identities: /* @__PURE__ */ list(PskIdentity, 7, 0xffff),
  binders: /* @__PURE__ */ list(/* @__PURE__ */ vector(0, 0xff, 'PskBinderEntry'), 1, 0xffff),
});

/** Index into the client's identities. */
export const SelectedPsk: Codec<number> = /* @__PURE__ */ sole('PreSharedKeyExtension', 'selected_identity', uint16);

/** RFC 9846, section 4.3.9. */
export const PskKeyExchangeModes: Codec<readonly number[]> = /* @__PURE__ */ sole(
  'PskKeyExchangeModes',
  'ke_modes',
  /* @__PURE__ */ list(/* @__PURE__ */ enumerated('PskKeyExchangeMode', 1), 1, 0xff),
);

/** Bytes of early data that the ticket allows (RFC 9846, section 4.7.1). */
export const MaxEarlyDataSize: Codec<number> = /* @__PURE__ */ sole(
  'EarlyDataIndication',
  'max_early_data_size',
  uint32,
);
