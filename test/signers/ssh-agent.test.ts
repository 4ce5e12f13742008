import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSshAgent } from '../../src/signers/ssh-agent.ts';
import { expectGoodKey, expectHandshakes, failure, signRequest } from '../support/signers.ts';
import { findTool, needTool, start } from '../support/tools.ts';

const ready = ![needTool('ssh-agent'), needTool('ssh-add'), needTool('ssh-keygen')].includes(null);
const folder = mkdtempSync(path.join(tmpdir(), 'signet-ssh-'));
const socket = path.join(folder, 'agent');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEYS = [
  ['ecdsa', '256', 'ecdsa_secp256r1_sha256'],
  ['ecdsa', '384', 'ecdsa_secp384r1_sha384'],
  ['ecdsa', '521', 'ecdsa_secp521r1_sha512'],
  ['ed25519', '256', 'ed25519'],
] as const;

function ssh(tool: 'ssh-add' | 'ssh-keygen', ...args: string[]): string {
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  return execFileSync(findTool(tool)!.path, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
}

function addKey(type: string, bits: string): void {
  ssh('ssh-keygen', '-q', '-t', type, '-b', bits, '-N', '', '-C', `${type} ${bits}`, '-f', `${type}${bits}`);
  ssh('ssh-add', '-q', `${type}${bits}`);
}

beforeAll(async () => {
  if (!ready) return;
  const agent = start(findTool('ssh-agent')!.path, ['-D', '-a', socket]);
  await agent.says(/SSH_AUTH_SOCK/);
  for (const [type, bits] of KEYS) addKey(type, bits);
  addKey('rsa', '2048');
});

describe.skipIf(!ready)('a key in ssh-agent', () => {
  it.each(KEYS)('signs: %s with %s bits', async (type, bits, scheme) => {
    const { key, name } = await openSshAgent({ socket, key: `${type} ${bits}` });
    expect(key.schemes).toEqual([scheme]);
    expect(name).toContain('SHA256:');
    await expectGoodKey(key);
  });

  it('serves TLS 1.2 alone with RSA, since agents know no PSS', async () => {
    const { key } = await openSshAgent({ socket, key: 'rsa 2048' });
    expect(key.schemes).toEqual(['rsa_pkcs1_sha256', 'rsa_pkcs1_sha512']);
    await expectGoodKey(key);
    expect(await expectHandshakes(key)).toEqual(['TLSv1.2']);
  });

  it('is named by its comment, its fingerprint or its public line, and by SSH_AUTH_SOCK alone', async () => {
    const line = readFileSync(path.join(folder, 'ed25519256.pub'), 'utf8').trim();
    const fingerprint = ssh('ssh-keygen', '-lf', 'ed25519256.pub').split(' ')[1]!;
    for (const key of [line, fingerprint]) {
      expect((await openSshAgent({ socket, key })).key.schemes).toEqual(['ed25519']);
    }
    process.env.SSH_AUTH_SOCK = socket;
    expect((await openSshAgent({ key: fingerprint })).name).toContain(fingerprint);
    delete process.env.SSH_AUTH_SOCK;
  });

  it('is one of several, or none', async () => {
    expect((await failure('ERR_TLS_KEY_AMBIGUOUS', openSshAgent({ socket }))).message).toContain('"ecdsa 256"');
    expect((await failure('ERR_TLS_KEY_NOT_FOUND', openSshAgent({ socket, key: 'x' }))).message).toContain(
      '"rsa 2048"',
    );
    delete process.env.SSH_AUTH_SOCK;
    expect((await failure('ERR_TLS_KEY_MODULE', openSshAgent())).message).toContain('SSH_AUTH_SOCK');
    await failure('ERR_TLS_KEY_MODULE', openSshAgent({ socket: path.join(folder, 'nobody') }));
  });

  it('says when the agent has lost it, and signs on when it is back', async () => {
    const { key, close } = await openSshAgent({ socket, key: 'ecdsa 256' });
    ssh('ssh-add', '-q', '-d', 'ecdsa256');
    const error = await failure('ERR_TLS_KEY_DEVICE', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256'))));
    expect(error.message).toContain('refused');
    ssh('ssh-add', '-q', 'ecdsa256');
    await expectHandshakes(key);
    await close();
    await failure('ERR_TLS_KEY_CLOSED', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256'))));
  });
});

describe('an agent that misbehaves', () => {
  /** Answers each request with the same bytes, or never. */
  function agent(answer: Uint8Array | null): string {
    const at = path.join(folder, `fake${Math.random()}`);
    const server = createServer((connection) => {
      connection.on('error', () => {});
      connection.on('data', () => answer !== null && connection.end(answer));
    });
    server.listen(at);
    afterAll(() => server.close());
    return at;
  }

  const framed = (...content: number[]): Uint8Array => new Uint8Array([0, 0, 0, content.length, ...content]);
  const text = (value: string): number[] => [0, 0, 0, value.length, ...Buffer.from(value)];
  const key = (type: string): number[] => {
    const blob = text(type);
    return [12, 0, 0, 0, 1, 0, 0, 0, blob.length, ...blob, ...text('c')];
  };

  it.each([
    ['hangs up', new Uint8Array([0]), 'ERR_TLS_KEY_DEVICE', 'hung up'],
    ['refuses', framed(5), 'ERR_TLS_KEY_DEVICE', 'refused'],
    ['sends nonsense', new Uint8Array([255, 255, 255, 255, 12]), 'ERR_TLS_KEY_DEVICE', 'unintelligibly'],
    ['sends a list that ends too early', framed(12, 0, 0, 0, 1), 'ERR_TLS_KEY_DEVICE', 'unintelligibly'],
    ['has no key', framed(12, 0, 0, 0, 0), 'ERR_TLS_KEY_NOT_FOUND', 'no key, or is locked'],
    ['has a FIDO key', framed(...key('sk-ssh-ed25519@openssh.com')), 'ERR_TLS_KEY_UNSUPPORTED', 'FIDO'],
    ['has a key of an old kind', framed(...key('ssh-dss')), 'ERR_TLS_KEY_UNSUPPORTED', 'ssh-dss'],
  ] as const)('%s', async (_, answer, code, words) => {
    expect((await failure(code, openSshAgent({ socket: agent(answer) }))).message).toContain(words);
  });

  it('never answers', async () => {
    await failure('ERR_TLS_KEY_TIMEOUT', openSshAgent({ socket: agent(null), timeout: 100 }));
  });
});
