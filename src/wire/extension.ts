import { type Codec, list, struct, vector } from './codec/index.ts';
import { extensionType } from './types.ts';

/** RFC 9846, section 4.3. */
export interface Extension {
  readonly extension_type: number;
  readonly extension_data: Uint8Array;
}

export const Extension: Codec<Extension> = /* @__PURE__ */ struct<Extension>('Extension', {
  extension_type: extensionType,
  extension_data: /* @__PURE__ */ vector(0, 0xffff),
});

/**
 * A block of extensions. The RFCs give several blocks a minimum that follows from what must be in them; whether it is,
 * the handshake says better.
 */
export const extensions: Codec<readonly Extension[]> = /* @__PURE__ */ list(Extension, 0, 0xffff);
