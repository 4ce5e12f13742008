import { createServer, type Socket } from 'node:net';
import { readFlags, Unimplemented } from './flags.ts';
import { type Result, runJob } from './job.ts';

// The worker form of the shim: one process for all tests. The launcher sends the number of arguments, then each, a NUL
// after every one; it gets the exit code, a newline, and what belongs on stderr.

const server = createServer({ allowHalfOpen: true }, (launcher) => {
  let received = '';
  launcher.on('error', () => launcher.destroy());
  launcher.on('data', (chunk) => {
    received += chunk.toString('latin1');
    const argv = argumentsFrom(received);
    if (argv === null) return;
    launcher.removeAllListeners('data');
    void answer(launcher, argv);
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();

function argumentsFrom(received: string): string[] | null {
  const parts = received.split('\0');
  const count = Number(parts[0]);
  return parts.length > count + 1
    ? parts.slice(1, count + 1).map((part) => Buffer.from(part, 'latin1').toString())
    : null;
}

async function answer(launcher: Socket, argv: string[]): Promise<void> {
  const { code, text } = await resultOf(argv);
  launcher.end(`${code}\n${text}`);
}

async function resultOf(argv: string[]): Promise<Result> {
  if (argv.includes('-is-handshaker-supported')) return { code: 0, text: 'No\n' };
  try {
    return await runJob(readFlags(argv));
  } catch (error) {
    return error instanceof Unimplemented
      ? { code: 89, text: `${error.message}\n` }
      : { code: 90, text: `${(error as Error).stack}\n` };
  }
}
