/** Defaults that Node's switches may set. */
export interface SwitchedDefaults {
  DEFAULT_CIPHERS?: string;
  DEFAULT_MIN_VERSION?: string;
  DEFAULT_MAX_VERSION?: string;
}

/** In Node's order: the lowest minimum and the highest maximum count. */
const LEAST = [
  ['--tls-min-v1.0', 'TLSv1'],
  ['--tls-min-v1.1', 'TLSv1.1'],
  ['--tls-min-v1.2', 'TLSv1.2'],
  ['--tls-min-v1.3', 'TLSv1.3'],
] as const;
const MOST = [
  ['--tls-max-v1.3', 'TLSv1.3'],
  ['--tls-max-v1.2', 'TLSv1.2'],
] as const;
const CIPHERS = '--tls-cipher-list';

/** What Node's switches, on its command line and in NODE_OPTIONS, say about defaults of TLS. */
export function defaultsFromFlags(
  commandLine: readonly string[] = process.execArgv ?? [],
  nodeOptions: string = process.env.NODE_OPTIONS ?? '',
): SwitchedDefaults {
  const flags = [...words(nodeOptions), ...commandLine];
  const least = LEAST.find(([flag]) => flags.includes(flag));
  const most = MOST.find(([flag]) => flags.includes(flag));
  const ciphers = lastValue(flags, CIPHERS);
  return {
    ...(least && { DEFAULT_MIN_VERSION: least[1] }),
    ...(most && { DEFAULT_MAX_VERSION: most[1] }),
    ...(ciphers && { DEFAULT_CIPHERS: ciphers }),
  };
}

/** The last value, which stands behind `=` or is the next word. */
function lastValue(flags: readonly string[], name: string): string | null {
  for (let i = flags.length - 1; i >= 0; i--) {
    const flag = flags[i]!;
    if (flag.startsWith(`${name}=`)) return flag.slice(name.length + 1);
    if (flag === name) return flags[i + 1] ?? null;
  }
  return null;
}

/** Spaces part words but between double quotes, where a backslash keeps the next character as it is. */
function words(text: string): string[] {
  return (text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []).map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_all, inside: string) => inside.replace(/\\(.)/g, '$1')),
  );
}
