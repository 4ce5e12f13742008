import { type Codec, enumerated, list, sole, struct, vector } from '../codec/index.ts';

/** RFC 6066, section 3; only `host_name` (0) has ever been a type. */
export interface ServerName {
  readonly name_type: number;
  /** ASCII, without a dot at its end. */
  readonly host_name: Uint8Array;
}

export const ServerName: Codec<ServerName> = /* @__PURE__ */ struct<ServerName>('ServerName', {
  name_type: /* @__PURE__ */ enumerated('NameType', 1),
  host_name: /* @__PURE__ */ vector(1, 0xffff, 'HostName'),
});

export const ServerNameList: Codec<readonly ServerName[]> = /* @__PURE__ */ sole(
  'ServerNameList',
  'server_name_list',
  /* @__PURE__ */ list(ServerName, 1, 0xffff),
);
