import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { concat, EMPTY, fromUtf8, Reader, toLatin1 } from '../../bytes/index.ts';
import { fail, isTlsError, TlsError } from '../../errors/index.ts';
import { readSshString, sshNumber, sshString } from './wire.ts';

/** A key that the agent says it has. */
export interface AgentIdentity {
  /** The public key in SSH's form. */
  readonly blob: Uint8Array;
  readonly comment: string;
  /** As `ssh-add -l` shows it. */
  readonly fingerprint: string;
}

export type Question =
  | { readonly kind: 'list' }
  | { readonly kind: 'sign'; readonly blob: Uint8Array; readonly message: Uint8Array; readonly flags: number };

/** Message numbers (draft-ietf-sshm-ssh-agent, section 6.1). */
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const LARGEST_ANSWER = 1 << 18;

/** Fails with ERR_TLS_KEY_MODULE or ERR_TLS_KEY_DEVICE. */
export async function listIdentities(socket: string, signal: AbortSignal): Promise<AgentIdentity[]> {
  const answer = await askAgent(socket, 'ssh-agent', { kind: 'list' }, signal);
  return understood('ssh-agent', () => {
    const reader = new Reader(answer);
    const count = reader.uint(4);
    const identities: AgentIdentity[] = [];
    for (let i = 0; i < count; i++) {
      const blob = readSshString(reader).slice();
      const comment = readSshString(reader);
      const hash = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
      identities.push({ blob, comment: fromUtf8(comment) ?? toLatin1(comment), fingerprint: `SHA256:${hash}` });
    }
    return identities;
  });
}

/** Asks one question over a connection of its own. Returns what follows the answer's number. */
export async function askAgent(
  path: string,
  name: string,
  question: Question,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const socket = connect(path);
  const onAbort = (): void => void socket.destroy();
  signal.addEventListener('abort', onAbort);
  try {
    socket.write(sshString(encode(question)));
    return await receive(socket, path, question, name);
  } finally {
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}

/** Runs `read` over an answer; what cannot be read is the agent's failure. */
export function understood<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isTlsError(error) || error.code !== 'ERR_TLS_DECODE') throw error;
    return fail('ERR_TLS_KEY_DEVICE', `${name}: the agent answered unintelligibly`);
  }
}

function encode(question: Question): Uint8Array {
  if (question.kind === 'list') return new Uint8Array([REQUEST_IDENTITIES]);
  const { blob, message, flags } = question;
  return concat(new Uint8Array([SIGN_REQUEST]), sshString(blob), sshString(message), sshNumber(flags));
}

function receive(socket: Socket, path: string, question: Question, name: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let received: Uint8Array = EMPTY;
    const refuse = (detail: string): void =>
      reject(new TlsError('ERR_TLS_KEY_DEVICE', { detail: `${name}: ${detail}` }));
    socket.on('error', (cause: NodeJS.ErrnoException) => reject(unreachable(path, cause)));
    socket.on('close', () => refuse('the agent hung up'));
    socket.on('data', (data: Uint8Array) => {
      received = concat(received, data);
      if (received.length < 5) return;
      const size = new Reader(received).uint(4);
      if (size === 0 || size > LARGEST_ANSWER) refuse('the agent answered unintelligibly');
      else if (received.length >= 4 + size) {
        const expected = question.kind === 'list' ? IDENTITIES_ANSWER : SIGN_RESPONSE;
        if (received[4] === expected) resolve(received.slice(5, 4 + size));
        else refuse('the agent refused: it may be locked, have lost the key, or been denied by its user');
      }
    });
  });
}

function unreachable(path: string, cause: NodeJS.ErrnoException): TlsError {
  const detail = `no ssh-agent answers at ${path} (${cause.code}); start one with: eval "$(ssh-agent)"`;
  return new TlsError('ERR_TLS_KEY_MODULE', { detail, cause });
}
