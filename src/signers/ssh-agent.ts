import { ecdsaRawToDer } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { waitFor } from './shared/patience.ts';
import { serviceKey } from './shared/service-key.ts';
import { type AgentIdentity, askAgent, listIdentities } from './ssh-agent/agent.ts';
import { readAgentKey } from './ssh-agent/key-blob.ts';
import { readAgentSignature } from './ssh-agent/signature.ts';

export type { OpenedKey } from './shared/opened-key.ts';

export interface SshAgentOptions {
  /** The agent's UNIX socket; default: SSH_AUTH_SOCK. */
  readonly socket?: string;
  /** Which key: its comment, its fingerprint (`SHA256:...`) or its line in authorized_keys. Needed where there are several. */
  readonly key?: string;
  /** Milliseconds that the agent may take, its user's confirmation included; 30 000 unless told. */
  readonly timeout?: number;
}

/**
 * Opens a key that ssh-agent holds. Agents sign messages with ECDSA on P-256, P-384 and P-521, with Ed25519, and with
 * RSA in PKCS#1 v1.5 alone: an RSA key serves TLS 1.2 and no more. Keys on FIDO tokens (`sk-...`) sign something else than
 * the message, and cannot serve TLS. There is never a certificate.
 *
 * Fails with ERR_TLS_KEY_MODULE, ERR_TLS_KEY_NOT_FOUND, ERR_TLS_KEY_AMBIGUOUS, ERR_TLS_KEY_UNSUPPORTED,
 * ERR_TLS_KEY_DEVICE or ERR_TLS_KEY_TIMEOUT.
 */
export async function openSshAgent(options: SshAgentOptions = {}): Promise<OpenedKey> {
  const socket = options.socket ?? process.env.SSH_AUTH_SOCK;
  if (socket === undefined || socket === '') {
    fail('ERR_TLS_KEY_MODULE', 'no ssh-agent: SSH_AUTH_SOCK is not set; give the option socket');
  }
  const timeout = timeoutFrom(options.timeout, 30_000);
  const identities = await waitFor((signal) => listIdentities(socket, signal), { name: 'ssh-agent', timeout });
  const identity = choose(identities, options.key);
  const name = `ssh-agent key "${identity.comment}" (${identity.fingerprint})`;
  const known = readAgentKey(identity.blob);
  if (typeof known === 'string') fail('ERR_TLS_KEY_UNSUPPORTED', `${name} ${known}`);
  return serviceKey({
    name,
    timeout,
    schemes: [...known.schemes.keys()],
    publicKey: known.spki,
    // A connection for each signature: agents serve them at once, and one that is called off disturbs no other.
    async sign({ message }, scheme, signal): Promise<Uint8Array> {
      const { algorithm, flags } = known.schemes.get(scheme.name)!;
      const question = { kind: 'sign', blob: identity.blob, message, flags } as const;
      const answer = await askAgent(socket, name, question, signal);
      const signature = readAgentSignature(answer, algorithm, known, name);
      return known.coordinate === null ? signature : ecdsaRawToDer(signature);
    },
  });
}

function choose(identities: readonly AgentIdentity[], wanted: string | undefined): AgentIdentity {
  const fitting = wanted === undefined ? identities : identities.filter((identity) => isWanted(identity, wanted));
  if (fitting.length === 1) return fitting[0]!;
  const there = identities.map(({ comment, fingerprint }) => `"${comment}" (${fingerprint})`).join('; ');
  if (fitting.length > 1) fail('ERR_TLS_KEY_AMBIGUOUS', `ssh-agent holds ${there}; give the option key`);
  const none = identities.length === 0 ? 'ssh-agent holds no key, or is locked: ssh-add lists and adds them' : null;
  return fail('ERR_TLS_KEY_NOT_FOUND', none ?? `ssh-agent holds no key "${wanted}" but ${there}`);
}

function isWanted({ comment, fingerprint, blob }: AgentIdentity, wanted: string): boolean {
  if (comment === wanted || fingerprint === wanted) return true;
  return wanted.split(/\s+/)[1] === Buffer.from(blob).toString('base64');
}
