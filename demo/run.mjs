// npm run demo: the command. What it does is in story.mjs.
import { HELP, parseOptions, UsageError } from './options.mjs';

// Whoever reads the output may stop early (`| head`); the demo still ends properly.
process.stdout.on('error', () => {});
process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  try {
    const options = parseOptions(args);
    if (options.help) process.stdout.write(HELP);
    else await tell(options);
    return 0;
  } catch (error) {
    if (error.exitCode !== undefined) process.exit(error.exitCode); // Interrupted: say nothing more.
    if (error instanceof UsageError) console.error(error.message);
    else console.error((await import('./sentences.mjs')).sentenceFor(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function tell(options) {
  const { tellStory } = await import('./story.mjs');
  await tellStory(options);
}
