export { compareBytes, concat, EMPTY, equalBytes, equalSecret, isBytes } from './bytes.ts';
export { Queue } from './queue.ts';
export { type FieldSink, Reader } from './reader.ts';
export { fromBase64, fromHex, fromLatin1, fromUtf8, toBase64, toHex, toLatin1, toUtf8 } from './text.ts';
export { Secret, Vault } from './vault.ts';
export { Writer } from './writer.ts';
