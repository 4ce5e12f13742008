export { compareBytes, concat, copyBytes, EMPTY, equalBytes, equalSecret, isBytes, plainBytes } from './bytes.ts';
export { Queue } from './queue.ts';
export { type FieldSink, Reader } from './reader.ts';
export { fromBase64, fromHex, fromLatin1, fromUtf8, toBase64, toHex, toLatin1, toUtf8 } from './text.ts';
export { Secret, Vault } from './vault.ts';
export { Writer } from './writer.ts';
