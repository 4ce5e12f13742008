// The rooms of src/ and who may import whom: docs/architecture.md as a table.

/** An import points to a lower level, or sideways where no cycle arises. */
export const LEVELS = {
  errors: 0,
  bytes: 0,
  flow: 1,
  wire: 1,
  asn1: 1,
  crypto: 1,
  schedule: 2,
  record: 2,
  x509: 2,
  handshake: 3,
  engine: 4,
  config: 5,
  providers: 6,
  signers: 6,
  faces: 7,
  sessions: 7,
  explain: 7,
  'index.ts': 7.5,
  cli: 8,
};

/** Rooms up to this level use the language alone. */
export const CORE = 5;

/** What must run where there is no Node: nothing that these reach may import a Node module. */
export const NODE_FREE = [
  'faces/photon',
  'faces/web',
  'providers/noble',
  'providers/tiny',
  'providers/host',
  'providers/web',
  'signers/webcrypto',
];

/** The first part of a path below src: its room. */
export function roomOf(file) {
  return file.split('/')[0];
}

export function levelOf(file) {
  return LEVELS[roomOf(file)];
}

export function isCore(file) {
  return levelOf(file) <= CORE;
}

export function isNodeFreeEntry(file) {
  return NODE_FREE.some((entry) => file === `${entry}.ts` || file.startsWith(`${entry}/`));
}

/** '1.2' or '1.3' for a file that belongs to one version by its name or a folder's ('flow13.ts', not 'sha512.ts'). */
export function versionOf(file) {
  for (const part of file.replace(/\.ts$/, '').split('/').reverse()) {
    const match = /(?:^|[^0-9])1([23])$/.exec(part);
    if (match) return `1.${match[1]}`;
  }
  return null;
}

/** 'client' or 'server' for the two halves of the handshake. */
export function roleOf(file) {
  const match = /^handshake\/(client|server)/.exec(file);
  return match ? match[1] : null;
}
