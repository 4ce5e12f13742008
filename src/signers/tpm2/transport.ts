import type { Awaitable } from '../../flow/index.ts';

/** Whatever carries commands to a TPM: one whole command in, one whole answer out, one at a time. */
export interface TpmTransport {
  transmit(command: Uint8Array): Awaitable<Uint8Array>;
}

/** A transport that was opened here, and that is closed here. */
export interface OwnTransport extends TpmTransport {
  /** Nothing will be sent for a while: others may want the TPM. */
  rest(): Promise<void>;
  destroy(): void;
}

/** How long the answer says that it is; a header's length where it is too short to say. */
export function sizeOf(answer: Uint8Array): number {
  if (answer.length < 10) return 10;
  return answer[2]! * 2 ** 24 + (answer[3]! << 16) + (answer[4]! << 8) + answer[5]!;
}
