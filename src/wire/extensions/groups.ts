import { type Codec, enumerated, list, sole, struct, vector } from '../codec/index.ts';
import { namedGroup } from '../types.ts';

/** RFC 9846, section 4.3.7. */
export const NamedGroupList: Codec<readonly number[]> = /* @__PURE__ */ sole(
  'NamedGroupList',
  'named_group_list',
  /* @__PURE__ */ list(namedGroup, 2, 0xffff),
);

/** RFC 8422, section 5.1.2. */
export const ECPointFormatList: Codec<readonly number[]> = /* @__PURE__ */ sole(
  'ECPointFormatList',
  'ec_point_format_list',
  /* @__PURE__ */ list(/* @__PURE__ */ enumerated('ECPointFormat', 1), 1, 0xff),
);

/** RFC 9846, section 4.3.8. */
export interface KeyShareEntry {
  readonly group: number;
  readonly key_exchange: Uint8Array;
}

export const KeyShareEntry: Codec<KeyShareEntry> = /* @__PURE__ */ struct<KeyShareEntry>('KeyShareEntry', {
  group: namedGroup,
  key_exchange: /* @__PURE__ */ vector(1, 0xffff),
});

export const KeyShareClientHello: Codec<readonly KeyShareEntry[]> = /* @__PURE__ */ sole(
  'KeyShareClientHello',
  'client_shares',
  /* @__PURE__ */ list(KeyShareEntry, 0, 0xffff),
);

export const KeyShareServerHello: Codec<KeyShareEntry> = /* @__PURE__ */ sole(
  'KeyShareServerHello',
  'server_share',
  KeyShareEntry,
);

/** The group that the server would rather have a share of. */
export const KeyShareHelloRetryRequest: Codec<number> = /* @__PURE__ */ sole(
  'KeyShareHelloRetryRequest',
  'selected_group',
  namedGroup,
);
