import { isDnsName, lowerCase } from './dns-name.ts';
import type { GeneralName, GeneralNameKind } from './general-name.ts';
import { mailboxKey, parseMailbox } from './mailbox.ts';
import type { Name } from './name.ts';

/**
 * The subtrees of one list of NameConstraints, each kind in sets, so that a name is looked up in a number of steps that
 * depends on its own length alone.
 */
export class Subtrees {
  /** How many there are. */
  readonly size: number;
  /** How many there are of each kind. */
  readonly counts: Partial<Record<GeneralNameKind, number>> = {};
  /** The first that is malformed, by kind. */
  readonly malformed: Partial<Record<GeneralNameKind, string>> = {};
  /** The first DNS constraint with a leading period, which RFC 5280 does not know and much software writes. */
  leadingPeriod: string | null = null;
  private readonly dns: DomainSet = new DomainSet();
  private readonly mailboxes: Set<string> = new Set();
  private readonly mailHosts: DomainSet = new DomainSet();
  private readonly uriHosts: DomainSet = new DomainSet();
  private readonly addresses: AddressSet = new AddressSet();
  private readonly directories: Set<string> = new Set();

  constructor(names: readonly GeneralName[]) {
    this.size = names.length;
    for (const name of names) {
      this.counts[name.kind] = this.count(name.kind) + 1;
      if (!this.add(name) && this.malformed[name.kind] === undefined)
        this.malformed[name.kind] = typeof name.value === 'string' ? `"${name.value}"` : 'an address range';
    }
  }

  count(kind: GeneralNameKind): number {
    return this.counts[kind] ?? 0;
  }

  /** Whether every host that `name` covers lies within: a wildcard's do if its parent does. */
  allDns(name: string): boolean {
    return this.dns.hasTree(name.startsWith('*.') ? name.slice(2) : name) || this.dns.hasBelow(name);
  }

  /** Whether some host that `name` covers lies within: a wildcard may stand for any child of its parent. */
  someDns(name: string): boolean {
    if (this.allDns(name)) return true;
    return name.startsWith('*.') && this.dns.hasChildOf(name.slice(2));
  }

  hasMailbox(key: string, host: string): boolean {
    return this.mailboxes.has(key) || this.hasHost(this.mailHosts, host);
  }

  hasUriHost(host: string): boolean {
    return this.hasHost(this.uriHosts, host);
  }

  hasAddress(octets: Uint8Array): boolean {
    return this.addresses.has(octets);
  }

  /** Whether one of the directory names is a prefix of this one. */
  hasDirectory(name: Name): boolean {
    let prefix = '';
    if (this.directories.has(prefix)) return true;
    for (const key of name.rdnKeys) {
      prefix += `${key.length}:${key}`;
      if (this.directories.has(prefix)) return true;
    }
    return false;
  }

  private hasHost(hosts: DomainSet, host: string): boolean {
    return hosts.has(host) || hosts.hasBelow(host);
  }

  private add(name: GeneralName): boolean {
    switch (name.kind) {
      case 'dns':
        return this.addDns(lowerCase(name.value));
      case 'email':
        return this.addMail(name.value);
      case 'uri':
        return addHost(this.uriHosts, lowerCase(name.value));
      case 'ip':
        return this.addresses.add(name.value);
      case 'directory':
        this.directories.add(name.value.key);
        return true;
      default:
        return true;
    }
  }

  /** `example.com` stands for itself and everything below; the empty one for everything. */
  private addDns(value: string): boolean {
    if (value.startsWith('.')) {
      if (this.leadingPeriod === null) this.leadingPeriod = value;
      return addHost(this.dns, value);
    }
    if (value !== '' && !isDnsName(value, { underscore: true })) return false;
    this.dns.addTree(value);
    return true;
  }

  /** A mailbox, a host, or with a leading period the hosts below a domain. */
  private addMail(value: string): boolean {
    if (value.indexOf('@') < 0) return addHost(this.mailHosts, lowerCase(value));
    const mailbox = parseMailbox(value);
    if (mailbox !== null) this.mailboxes.add(mailboxKey(mailbox));
    return mailbox !== null;
  }
}

function addHost(hosts: DomainSet, value: string): boolean {
  const below = value.startsWith('.');
  const name = below ? value.slice(1) : value;
  if (!isDnsName(name, { underscore: true })) return false;
  if (below) hosts.addBelow(name);
  else hosts.add(name);
  return true;
}

/** Domain names: some alone, some with all below them, some standing for what is below them alone. */
class DomainSet {
  private readonly alone: Set<string> = new Set();
  private readonly trees: Set<string> = new Set();
  private readonly below: Set<string> = new Set();
  /** Parents of the trees, for wildcards. */
  private readonly parents: Set<string> = new Set();

  add(name: string): void {
    this.alone.add(name);
  }

  addTree(name: string): void {
    this.trees.add(name);
    const dot = name.indexOf('.');
    if (name !== '') this.parents.add(dot < 0 ? '' : name.slice(dot + 1));
  }

  addBelow(name: string): void {
    this.below.add(name);
  }

  has(name: string): boolean {
    return this.alone.has(name);
  }

  hasTree(name: string): boolean {
    return this.trees.size > 0 && (this.trees.has('') || this.trees.has(name) || ancestorIn(name, this.trees));
  }

  hasBelow(name: string): boolean {
    return this.below.size > 0 && ancestorIn(name, this.below);
  }

  hasChildOf(name: string): boolean {
    return this.parents.has(name);
  }
}

function ancestorIn(name: string, set: ReadonlySet<string>): boolean {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
    if (set.has(name.slice(dot + 1))) return true;
  return false;
}

/** Ranges of addresses, by size of prefix, so that a look-up costs one step for each size that occurs. */
class AddressSet {
  private readonly prefixes: Map<number, Set<string>> = new Map();

  /** Address and mask, 8 or 32 octets; false if the mask has holes or the size is another. */
  add(range: Uint8Array): boolean {
    if (range.length !== 8 && range.length !== 32) return false;
    const half = range.length / 2;
    const size = prefixSize(range.subarray(half));
    if (size < 0) return false;
    const id = half * 256 + size;
    const known = this.prefixes.get(id) ?? new Set();
    known.add(prefix(range, size));
    this.prefixes.set(id, known);
    return true;
  }

  has(address: Uint8Array): boolean {
    for (const [id, known] of this.prefixes) {
      if (id >> 8 === address.length && known.has(prefix(address, id & 255))) return true;
    }
    return false;
  }
}

/** How many leading ones the mask has; -1 if ones follow a zero. */
function prefixSize(mask: Uint8Array): number {
  let size = 0;
  while (size < mask.length * 8 && (mask[size >> 3]! & (0x80 >> (size & 7))) !== 0) size++;
  for (let i = size; i < mask.length * 8; i++) if ((mask[i >> 3]! & (0x80 >> (i & 7))) !== 0) return -1;
  return size;
}

function prefix(address: Uint8Array, size: number): string {
  let text = '';
  for (let i = 0; i < size; i += 8) {
    const octet = address[i >> 3]!;
    text += String.fromCharCode(size - i >= 8 ? octet : octet & (0xff00 >> (size - i)));
  }
  return text;
}
