export * as der from './build.ts';
export { OID, type OidName, oidName } from './oids.ts';
export { type PemBlock, parsePem, toPem } from './pem.ts';
export { checkDer, DerReader } from './reader.ts';
export { contextSet, contextTag, TAG } from './tags.ts';
export { timeText } from './time.ts';
