import { type Codec, enumerated, struct } from './codec/index.ts';

/** RFC 9846, section 6. */
export interface Alert {
  readonly level: number;
  readonly description: number;
}

export const Alert: Codec<Alert> = /* @__PURE__ */ struct<Alert>('Alert', {
  level: /* @__PURE__ */ enumerated('AlertLevel', 1),
  description: /* @__PURE__ */ enumerated('AlertDescription', 1),
});
