// Judges x509-limbo test cases with the validator that connect and createServer use, in its strict profile.
// Usage: npm run --silent limbo -- FILE [--out OUT]; FILE is limbo's JSON, gzipped or not.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const { parsePem } = await import('../dist/asn1/index.js').catch(() =>
  stop('dist/ is missing: run "npm run build" first.'),
);
const { runFlow } = await import('../dist/flow/index.js');
const { nodeProvider } = await import('../dist/providers/node.js');
const x509 = await import('../dist/x509/index.js');

/** Nothing of a certificate's or a signature's check depends on the test it came with, so one cache serves all. */
const cache = x509.createPathCache({ max: 4096 });
const KEY_USAGES = x509.KEY_USAGE;

const { file, out, profile } = readArguments(process.argv.slice(2));
const { testcases } = readCases(file);
const began = performance.now();
const judged = testcases.map((test) => ({ test, result: { id: test.id, ...judge(test) } }));
const elapsed = performance.now() - began;
write(judged.map(({ result }) => result));
summarize(judged);

/** The verdict on one chain. It looks at the chain and at what is asked of it, at nothing else in the test. */
function judge(test) {
  try {
    runFlow(x509.verifyChain(requestFor(test)));
    return { actual_result: 'SUCCESS', context: null };
  } catch (error) {
    if (error?.code === undefined || error.remedy === undefined) throw error;
    return { actual_result: 'FAILURE', context: `${error.code}: ${error.message}` };
  }
}

function requestFor(test) {
  const server = test.validation_kind === 'SERVER';
  const name = test.expected_peer_name;
  const mailboxes = [...(name?.kind === 'RFC822' ? [name] : []), ...test.expected_peer_names].map(({ value }) => value);
  return {
    chain: [test.peer_certificate, ...test.untrusted_intermediates].flatMap(ders),
    anchors: new x509.AnchorSet(
      test.trusted_certs.flatMap(ders).map((der) => x509.anchorFromCertificate(cache.certificate(der))),
    ),
    verifiers: nodeProvider.verifiers,
    time: test.validation_time === null ? Date.now() / 1000 : Date.parse(test.validation_time) / 1000,
    usage: usageOf(test.extended_key_usage, server),
    ...(test.key_usage.length > 0 ? { keyUsage: test.key_usage.reduce((bits, use) => bits | KEY_USAGES[use], 0) } : {}),
    ...(test.max_chain_depth !== null ? { maxDepth: test.max_chain_depth } : {}),
    profile,
    serverName: name !== null && name.kind !== 'RFC822' ? name.value : null,
    emails: mailboxes,
    crls: test.crls.flatMap(x509.crlsFrom),
    cache,
  };
}

function usageOf(usages, server) {
  if (usages.length === 0) return server ? 'serverAuth' : 'clientAuth';
  return usages.includes('serverAuth') ? 'serverAuth' : usages.includes('clientAuth') ? 'clientAuth' : null;
}

function ders(pem) {
  return parsePem(pem).map(({ der }) => der);
}

function readArguments(args) {
  const options = { file: null, out: null, profile: x509.strictProfile };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--out') options.out = args[++i] ?? stop('--out needs the name of a file.');
    else if (args[i] === '--profile') options.profile = profileNamed(args[++i]);
    else if (options.file === null) options.file = args[i];
    else stop(`What is "${args[i]}"? Usage: npm run --silent limbo -- FILE [--out OUT] [--profile strict|private]`);
  }
  if (options.file === null) stop('Usage: npm run --silent limbo -- FILE [--out OUT] [--profile strict|private]');
  return options;
}

function profileNamed(name) {
  const found = [x509.strictProfile, x509.privateProfile].find((each) => each.name === name);
  return found ?? stop(`There is no profile "${name}": it is strict or private.`);
}

function readCases(name) {
  const bytes = readFileSync(name);
  return JSON.parse((bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8'));
}

function write(results) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const text = `${JSON.stringify({ version: 1, harness: `signet-tls ${version}`, results })}\n`;
  if (out === null) process.stdout.write(text);
  else writeFileSync(out, text);
}

/** Only here, with all verdicts in, is the expected one looked at. */
function summarize(all) {
  const count = (expected, actual) =>
    all.filter(({ test, result }) => test.expected_result === expected && result.actual_result === actual).length;
  const accepts = count('FAILURE', 'SUCCESS');
  const rejects = count('SUCCESS', 'FAILURE');
  const passed = all.length - accepts - rejects;
  const line = `limbo: ${passed} of ${all.length} passed, ${accepts} false accepts, ${rejects} false rejects, 0 skipped; profile ${profile.name}, ${(elapsed / 1000).toFixed(1)} s\n`;
  (out === null ? process.stderr : process.stdout).write(line);
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
