import { type Codec, list, sole, vector } from '../codec/index.ts';

/** RFC 7301, section 3.1. */
export const ProtocolNameList: Codec<readonly Uint8Array[]> = /* @__PURE__ */ sole(
  'ProtocolNameList',
  'protocol_name_list',
  /* @__PURE__ */ list(/* @__PURE__ */ vector(1, 0xff, 'ProtocolName'), 2, 0xffff),
);
