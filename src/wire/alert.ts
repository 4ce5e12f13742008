import { type Codec, enumerated, struct } from './codec/index.ts';

/** RFC 9846, section 6. */
export interface Alert {
  readonly level: number;
  readonly description: number;
}

export const Alert: Codec<Alert> = struct<Alert>('Alert', {
  level: enumerated('AlertLevel', 1),
  description: enumerated('AlertDescription', 1),
});
