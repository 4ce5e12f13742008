import { RC } from './constants.ts';

/** The TPM answered with something else than TPM_RC_SUCCESS. */
export class TpmError extends Error {
  override readonly name: string = 'TpmError';
  /** As in RC: freed of the number of the parameter, handle or session. */
  readonly rc: number;
  readonly command: string;

  constructor(whole: number, command: string) {
    const rc = baseOf(whole);
    super(`${command} returned ${nameOf(rc)} (0x${whole.toString(16)})`);
    this.rc = rc;
    this.command = command;
  }
}

/** Format-one codes say in other bits what they are about (TPM 2.0 Library, part 2, section 6.6). */
function baseOf(whole: number): number {
  return (whole & 0x80) === 0 ? whole : whole & 0xbf;
}

function nameOf(rc: number): string {
  for (const [name, value] of Object.entries(RC)) if (value === rc) return `TPM_RC_${name}`;
  return 'an error';
}
