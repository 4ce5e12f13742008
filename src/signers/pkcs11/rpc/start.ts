import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { fail, TlsError } from '../../../errors/index.ts';
import type { Cryptoki } from '../cryptoki.ts';
import { RpcLink, type Wire } from './link.ts';
import { openRpcModule } from './module.ts';

/** How to reach a module in another process. */
export type RpcSource =
  | {
      /** The p11-kit program. */
      readonly program: string;
      /** Path of the module, or a PKCS#11 URI that filters the tokens of all modules that p11-kit knows. */
      readonly target: string;
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      /** UNIX socket of `p11-kit server`. */
      readonly socket: string;
    };

/** Starts or connects to the process. Fails with ERR_TLS_KEY_MODULE. */
export async function startRpc(source: RpcSource, signal: AbortSignal): Promise<Cryptoki> {
  const link = 'socket' in source ? await connectLink(source.socket) : await spawnLink(source);
  const onAbort = (): void => link.destroy();
  signal.addEventListener('abort', onAbort);
  try {
    return await openRpcModule(link);
  } catch (error) {
    link.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function spawnLink(source: Extract<RpcSource, { program: string }>): Promise<RpcLink> {
  const { program, target } = source;
  if (target.startsWith('/')) await mustExist(target);
  // Standard error goes nowhere: modules that trace their calls print PINs.
  const child = spawn(program, ['remote', target], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...source.env },
  });
  const name = `"${program} remote ${target}"`;
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(cannotStart(program, cause)));
  });
  child.on('error', () => {});
  child.unref();
  const [output, input] = [child.stdin as Socket, child.stdout as Socket];
  output.unref();
  const hold = (on: boolean): void => void (on ? input.ref() : input.unref());
  return new RpcLink({ input, output, hold, kill: () => child.kill('SIGKILL') }, name);
}

async function connectLink(path: string): Promise<RpcLink> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      const detail = `no p11-kit server answers at ${path} (${cause.code}); start one with "p11-kit server"`;
      reject(new TlsError('ERR_TLS_KEY_MODULE', { detail, cause }));
    });
  });
  const hold = (on: boolean): void => void (on ? socket.ref() : socket.unref());
  const wire: Wire = { input: socket, output: socket, hold, kill: () => void socket.destroy() };
  return new RpcLink(wire, `the p11-kit server at ${path}`);
}

async function mustExist(module: string): Promise<void> {
  try {
    await access(module);
  } catch {
    fail('ERR_TLS_KEY_MODULE', `the PKCS#11 module ${module} is not there or cannot be read`);
  }
}

function cannotStart(program: string, cause: NodeJS.ErrnoException): TlsError {
  const advice =
    cause.code === 'ENOENT'
      ? 'it is not installed (Debian: apt-get install p11-kit); the option route: "pkcs11js" does without'
      : `${cause.code}`;
  return new TlsError('ERR_TLS_KEY_MODULE', {
    detail: `the program ${program} could not be started: ${advice}`,
    cause,
  });
}
