// Tells in words what a key can do, wherever it is kept. `npm run keys -- URI [--cert FILE] [--timeout MS]`
// URI: pkcs11:..., tpm2:..., ssh-agent:..., https://..., unix:... (docs/keys.md). PINs come from where the URI says.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkKey } from 'signet-tls/signers/check';
import { openKey } from 'signet-tls/signers/open';
import { parseCertificate } from 'signet-tls/x509';

const USAGE = 'npm run keys -- URI [--cert FILE] [--timeout MS]';

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(`${error.message}${error.remedy === undefined ? '' : `\n${error.remedy}`}`);
  if (error.code !== undefined) console.error(error.code);
  process.exitCode = 1;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { cert: { type: 'string' }, timeout: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help || positionals.length !== 1) {
    console.log(USAGE);
    return values.help === true;
  }
  const timeout = values.timeout === undefined ? {} : { timeout: Number(values.timeout) };
  const started = performance.now();
  const opened = await openKey(positionals[0], timeout);
  console.log(`${opened.name}, opened in ${(performance.now() - started).toFixed(0)} ms`);
  try {
    const cert = values.cert === undefined ? opened.cert : derOf(values.cert);
    console.log(
      cert === null ? 'no certificate is stored with it' : `certificate of ${parseCertificate(cert).subject}`,
    );
    const report = await checkKey(opened.key, { ...timeout, ...(cert === null ? {} : { cert }) });
    console.log(report.text);
    return report.ok;
  } finally {
    await opened.close();
  }
}

function derOf(file) {
  const bytes = readFileSync(file);
  const pem = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/.exec(bytes.toString('latin1'));
  return new Uint8Array(pem === null ? bytes : Buffer.from(pem[1], 'base64'));
}
