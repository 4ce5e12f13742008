export type { DirectionKeys, Opener, ProtectionOptions12, Sealer } from '../crypto/index.ts';
export { cbcBulk } from './cbc12.ts';
export { Deframer, EXPANSION_12, EXPANSION_13, HEADER_SIZE, MAX_PLAINTEXT } from './deframer.ts';
export { PlainOpener, PlainSealer } from './plain.ts';
export { keySizes12, opener12, sealer12 } from './protection12.ts';
export { Opener13, Sealer13 } from './protection13.ts';
