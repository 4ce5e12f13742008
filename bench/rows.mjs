// What `npm run bench` measures: for each row the function that does it, and what that is told.
const v13 = { minVersion: 'TLSv1.3', ecdhCurve: 'X25519:P-256' };
const v12 = { maxVersion: 'TLSv1.2', ecdhCurve: 'X25519:P-256' };

/**
 * `less`: less of the figure is better. `goals`: node:tls cannot do it, so that figures are held against goals.
 * `warm`: what is done before, so that what a compiler does once for all is not taken for the price of each.
 * A tenth of `count`, `warm` and `megabytes` is done by --quick.
 */
export const ROWS = [
  { name: 'full handshakes, TLS 1.3', row: 'handshake', task: { count: 500, warm: 1500, options: v13 }, unit: '/s' },
  { name: 'full handshakes, TLS 1.2', row: 'handshake', task: { count: 500, warm: 1500, options: v12 }, unit: '/s' },
  { name: 'first handshake, TLS 1.3', row: 'first', task: { options: v13 }, unit: 'ms', less: true },
  { name: 'bulk send, TLS 1.3', row: 'send', task: { megabytes: 1000, options: v13 }, unit: 'MiB/s' },
  { name: 'bulk receive, TLS 1.3', row: 'receive', task: { megabytes: 1000, options: v13 }, unit: 'MiB/s' },
  { name: 'bulk send, TLS 1.2', row: 'send', task: { megabytes: 1000, options: v12 }, unit: 'MiB/s' },
  { name: 'bulk receive, TLS 1.2', row: 'receive', task: { megabytes: 1000, options: v12 }, unit: 'MiB/s' },
  {
    name: '64-byte round trips, TLS 1.3',
    row: 'roundTrips',
    task: { count: 10_000, options: v13 },
    unit: '/s',
  },
  {
    name: 'memory of an idle client',
    row: 'idle',
    task: { count: 1000, options: v13 },
    unit: 'KiB',
    less: true,
  },
  { name: 'server, full, TLS 1.3', row: 'serve', task: { count: 800, warm: 1500, options: v13 }, unit: '/s' },
  { name: 'server, full, TLS 1.2', row: 'serve', task: { count: 800, warm: 1500, options: v12 }, unit: '/s' },
  {
    name: 'server, resumed, TLS 1.3',
    row: 'serve',
    task: { count: 800, warm: 1500, resumes: true, options: v13 },
    unit: '/s',
  },
  {
    name: 'server, resumed, TLS 1.2',
    row: 'serve',
    task: { count: 800, warm: 1500, resumes: true, options: v12 },
    unit: '/s',
  },
  {
    name: 'server, mutual, TLS 1.3',
    row: 'serve',
    task: { count: 800, warm: 1500, requestCert: true, options: v13 },
    unit: '/s',
  },
  {
    name: 'server, mutual, TLS 1.2',
    row: 'serve',
    task: { count: 800, warm: 1500, requestCert: true, options: v12 },
    unit: '/s',
  },
  {
    name: 'memory of an idle server',
    row: 'serveIdle',
    task: { count: 1000, options: v13 },
    unit: 'KiB',
    less: true,
  },
  {
    name: '1,000 wait for a slow key',
    row: 'serveSlowly',
    task: { count: 1000, options: v13 },
    unit: 'ms',
    less: true,
    goals: { ms: 12_500, blockedMs: 50, blockedCpuMs: 50 },
  },
  { name: 'parse a certificate', row: 'parse', task: { count: 40_000 }, unit: '/s' },
  { name: 'chain of three, cold', row: 'chain', task: { count: 2000 }, unit: '/s' },
  { name: 'chain of three, cached', row: 'chain', task: { count: 40_000, cached: true }, unit: '/s' },
  { name: '120 look-alike issuers', row: 'lookAlikes', task: { count: 40 }, unit: 'ms', less: true },
  { name: 'import()', row: 'import', task: { options: v13 }, unit: 'ms', less: true },
];
