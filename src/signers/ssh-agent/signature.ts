import { concat, Reader, toLatin1 } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import { leftPad } from '../shared/emsa.ts';
import { magnitude } from '../shared/spki.ts';
import { understood } from './agent.ts';
import type { AgentKey } from './key-blob.ts';
import { readSshString } from './wire.ts';

/**
 * The signature in an agent's answer: r and s side by side for EC, else as TLS sends it. Old agents ignore the flags and
 * sign with SHA-1, which is refused. Fails with ERR_TLS_KEY_DEVICE or ERR_TLS_KEY_SCHEME.
 */
export function readAgentSignature(
  answer: Uint8Array,
  algorithm: string,
  { coordinate, size }: AgentKey,
  name: string,
): Uint8Array {
  return understood(name, () => {
    const signature = new Reader(readSshString(new Reader(answer)));
    const made = toLatin1(readSshString(signature));
    if (made !== algorithm) fail('ERR_TLS_KEY_SCHEME', `${name}: asked for ${algorithm}, the agent made ${made}`);
    const content = readSshString(signature);
    if (coordinate === null) return leftPad(content, size);
    const numbers = new Reader(content);
    const [r, s] = [readSshString(numbers), readSshString(numbers)];
    return concat(leftPad(magnitude(r), coordinate), leftPad(magnitude(s), coordinate));
  });
}
