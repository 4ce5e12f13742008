import { type Codec, enumerated, list, sole, struct, vector } from '../codec/index.ts';

/** RFC 6066, section 3; only `host_name` (0) has ever been a type. */
export interface ServerName {
  readonly name_type: number;
  /** ASCII, without a dot at its end. */
  readonly host_name: Uint8Array;
}

export const ServerName: Codec<ServerName> = struct<ServerName>('ServerName', {
  name_type: enumerated('NameType', 1),
  host_name: vector(1, 0xffff, 'HostName'),
});

export const ServerNameList: Codec<readonly ServerName[]> = sole(
  'ServerNameList',
  'server_name_list',
  list(ServerName, 1, 0xffff),
);
