// The command line of the demo.
import { accessSync, constants } from 'node:fs';
import { parseArgs } from 'node:util';

const FAILURES = ['wrong-ca', 'expired', 'refused', 'no-broker', 'chip-fails', 'chip-silent'];

export const HELP = `A device publishes sensor readings over mutual TLS with a key it never sees.

  npm run demo [-- OPTIONS]

The demo starts a soft secure element, which is a process that makes the device's key and only ever signs with it.
It issues certificates, starts an MQTT broker, connects the device to it through signet-tls, publishes readings,
receives them back by subscription, and tells what happened. Nothing leaves this machine, and nothing stays behind.

  --tls 1.2|1.3        speak this version alone
  --latency MS         how long the secure element takes to sign; default 100, as chips take 50 to 700
  --broker NAME        aedes, behind node:tls (the default), or mosquitto, which has to be installed
  --aws-like           an endpoint like that of AWS IoT instead: haproxy, nginx and mosquitto have to be installed
  --alpn NAME          with --aws-like: its port 443, to which MQTT is x-amzn-mqtt-ca
  --key URI            a key in hardware of yours instead of the secure element: pkcs11:..., tpm2:..., ssh-agent:...,
                       as docs/keys.md tells; or the file of a P-256 key, which nobody reads but the secure element
  --verbose            every record and message, field by field
  --help               this text

With a broker of your own:

  --host NAME          its name or address; no certificates are made and no broker is started
  --port PORT          default 8883
  --alpn NAME          protocol to ask for; AWS IoT wants x-amzn-mqtt-ca on port 443
  --ca FILE            who issued its certificate, as PEM; default: the authorities that Node trusts
  --cert FILE          the device's certificate as PEM, then those of its intermediates; default: the one in the token
  --key URI            the key that belongs to it

To see what goes wrong, and how it is told:

  --fail wrong-ca      the device trusts another authority than the one that issued the broker's certificate
  --fail expired       the broker's certificate expired yesterday
  --fail refused       the broker does not trust the authority that issued the device's certificate
  --fail no-broker     nobody listens
  --fail chip-fails    the secure element reports an error instead of a signature
  --fail chip-silent   the secure element never answers

Exit code: 0 if every reading came back, 1 if something went wrong, 2 if an option is wrong.
`;

/** A wrong command line, in one sentence. */
export class UsageError extends Error {}

const OPTIONS = {
  tls: oneOf('1.2', '1.3'),
  latency: numberOf('milliseconds', 0, 60_000),
  broker: oneOf('aedes', 'mosquitto'),
  'aws-like': { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean' },
  host: { type: 'string', takes: 'a name or an address', accepts: (text) => text !== '' },
  port: numberOf('', 1, 65_535),
  alpn: { type: 'string', takes: 'the name of a protocol', accepts: (text) => /^[!-~]{1,255}$/.test(text) },
  ca: file(),
  cert: file(),
  key: {
    type: 'string',
    takes: 'a URI (pkcs11:, tpm2:, ssh-agent:) or a file that can be read',
    accepts: (text) => isKeyUri(text) || isReadable(text),
    secret: true, // There may be a PIN in it.
  },
  fail: oneOf(...FAILURES),
};

/**
 * @param {string[]} args
 * @returns {{ tls?: string, latency: number, broker: 'aedes' | 'mosquitto' | 'aws-like', verbose: boolean, help: boolean,
 *   host?: string, port: number, alpn?: string, ca?: string, cert?: string, key?: string, fail?: string }}
 */
export function parseOptions(args) {
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, tokens: true });
  const given = {};
  for (const token of tokens) given[token.name] = checked(token);
  if (!given.help) checkTogether(given);
  return {
    ...given,
    latency: Number(given.latency ?? 100),
    broker: given['aws-like'] ? 'aws-like' : (given.broker ?? 'aedes'),
    port: Number(given.port ?? 8883),
    verbose: given.verbose ?? false,
    help: given.help ?? false,
  };
}

function checked({ kind, name, rawName, value }) {
  if (kind !== 'option') throw new UsageError(`"${value ?? '--'}" is no option; --help lists them.`);
  if (!Object.hasOwn(OPTIONS, name)) throw new UsageError(`There is no option ${rawName}; --help lists them.`);
  const { type, takes, accepts, secret = false } = OPTIONS[name];
  if (type === 'boolean') {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    return true;
  }
  if (value === undefined) throw new UsageError(`${rawName} needs a value: ${takes}.`);
  if (!accepts(value)) throw new UsageError(`${rawName} takes ${takes}${secret ? '' : `, not "${value}"`}.`);
  return value;
}

function checkTogether(given) {
  const { broker, fail, key } = given;
  if (broker !== undefined && given['aws-like']) throw new UsageError('--aws-like is a broker: leave --broker out.');
  if (/^chip-/.test(fail) && key !== undefined) {
    throw new UsageError(`--fail ${fail} is for the demo's own secure element: leave it or --key out.`);
  }
  if (given.host === undefined) checkOwn(given);
  else checkTheirs(given);
}

function checkOwn(given) {
  const alone = ['port', 'ca', 'cert'].find((name) => given[name] !== undefined);
  if (alone !== undefined) throw new UsageError(`--${alone} is for a broker of your own: name it with --host.`);
  if (given.alpn !== undefined && !given['aws-like']) {
    throw new UsageError('--alpn is for --aws-like, or for a broker of your own: name it with --host.');
  }
}

function checkTheirs(given) {
  const ours = ['broker', 'aws-like', 'fail'].find((name) => given[name] !== undefined);
  if (ours !== undefined) throw new UsageError(`--${ours} is for the demo's own broker: leave it or --host out.`);
  const { cert, key } = given;
  // Where a URI leads there may be a certificate too.
  if ((cert === undefined) !== (key === undefined) && (key === undefined || !isKeyUri(key))) {
    throw new UsageError(
      '--cert and --key belong together: give both, or none for a broker that asks for no certificate.',
    );
  }
}

/** Whether it leads to a key that is opened by a signer, rather than to a file for the secure element. */
export function isKeyUri(text) {
  return /^(pkcs11|tpm2|ssh-agent|unix|https?|file):/i.test(text);
}

function oneOf(...values) {
  const takes = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return { type: 'string', takes, accepts: (text) => values.includes(text) };
}

function numberOf(unit, least, most) {
  const takes = `a number${unit && ` of ${unit}`} from ${least} to ${most}`;
  return {
    type: 'string',
    takes,
    accepts: (text) => /^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most,
  };
}

function file() {
  return { type: 'string', takes: 'a file that can be read', accepts: isReadable };
}

function isReadable(name) {
  try {
    accessSync(name, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
