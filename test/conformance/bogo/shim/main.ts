import { readFlags, Unimplemented } from './flags.ts';

// The process form of the shim: one process per test. The command line is read before the library is loaded, so that
// what is not implemented costs little.

const UNIMPLEMENTED = 89;

if (process.argv.includes('-is-handshaker-supported')) {
  console.log('No');
} else {
  try {
    const configs = readFlags(process.argv.slice(2));
    const { runJob } = await import('./job.ts');
    const { code, text } = await runJob(configs);
    if (text !== '') process.stderr.write(text);
    process.exitCode = code;
  } catch (error) {
    process.stderr.write(`${error instanceof Unimplemented ? error.message : (error as Error).stack}\n`);
    process.exitCode = error instanceof Unimplemented ? UNIMPLEMENTED : 90;
  }
}
