/** A slow and obvious judge of paths, over descriptions of certificates and not over the certificates themselves. */

export interface Described {
  readonly name: string;
  /** Which of a few keys it holds. */
  readonly key: number;
  readonly issuer: string;
  /** The key that signed it. */
  readonly signer: number;
  readonly badSignature: boolean;
  readonly expired: boolean;
  readonly ca: boolean;
  readonly pathLength: number | null;
  /** Null: for every purpose. */
  readonly purposes: readonly ('server' | 'client')[] | null;
  /** DNS names and constraints, by their labels before `.x.y`. */
  readonly names: readonly string[];
  readonly permitted: readonly string[] | null;
  readonly excluded: readonly string[] | null;
}

/** The labels that a wildcard may stand for. */
export const LABELS = ['a', 'b', 'c'];

/** Whether some path from the leaf to an anchor obeys all the rules: every path there is gets tried. */
export function isAcceptable(
  leaf: Described,
  intermediates: readonly Described[],
  anchors: readonly Described[],
): boolean {
  return extensions([leaf], intermediates).some((path) => anchors.some((anchor) => isValid([...path, anchor])));
}

/** All ways to continue this path with intermediates, itself included, without meeting a name and key again. */
function extensions(path: readonly Described[], pool: readonly Described[]): Described[][] {
  const longer = pool
    .filter((next) => path.every(({ name, key }) => name !== next.name || key !== next.key))
    .filter((next) => next.name === path[path.length - 1]!.issuer)
    .flatMap((next) => extensions([...path, next], pool));
  return [[...path], ...longer];
}

function isValid(path: readonly Described[]): boolean {
  return path.every((certificate, i) => {
    const below = path.slice(0, i);
    return (
      !certificate.expired &&
      (certificate.purposes === null || certificate.purposes.includes('server')) &&
      (i === path.length - 1 || isSignedBy(certificate, path[i + 1]!)) &&
      (i === 0 || mayIssue(certificate, below))
    );
  });
}

function isSignedBy(certificate: Described, issuer: Described): boolean {
  return certificate.issuer === issuer.name && certificate.signer === issuer.key && !certificate.badSignature;
}

function mayIssue(certificate: Described, below: readonly Described[]): boolean {
  const intermediates = below.slice(1).filter(({ name, issuer }) => name !== issuer);
  if (!certificate.ca || (certificate.pathLength !== null && intermediates.length > certificate.pathLength))
    return false;
  const bound = below.filter(({ name, issuer }, i) => i === 0 || name !== issuer);
  return bound.every(({ names }) => names.every((name) => isAllowed(name, certificate)));
}

function isAllowed(name: string, { permitted, excluded }: Described): boolean {
  const hosts = name.startsWith('*') ? LABELS.map((label) => label + name.slice(1)) : [name];
  const within = (list: readonly string[]) => (host: string) =>
    list.some((constraint) => constraint === '' || host === constraint || host.endsWith(`.${constraint}`));
  if (excluded !== null && hosts.some(within(excluded))) return false;
  return permitted === null || hosts.every(within(permitted));
}
