export type { DirectionKeys } from '../crypto/index.ts';
export { deriveSecret, expand, expandLabel, extract } from './hkdf.ts';
export {
  export12,
  finished12,
  type KeySizes,
  type MasterBinding,
  masterSecret,
  prf,
  pskPremaster,
  trafficKeys12,
} from './schedule12.ts';
export { EarlyStage, export13, HandshakeStage, MasterStage, TrafficSecret, ticketSecret } from './schedule13.ts';
export { Transcript } from './transcript.ts';
