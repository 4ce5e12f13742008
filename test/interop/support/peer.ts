import type { ClientOptions } from '../../../src/config/client.ts';
import type { Host } from '../../support/host.ts';
import type { Running } from '../../support/tools.ts';
import type { Abilities } from './abilities.ts';
import type { Row, Topic } from './row.ts';

/** Another implementation as the server. */
export interface ServerPeer {
  readonly name: string;
  /** With its version, for the record. */
  readonly label: string;
  readonly abilities: Abilities;
  /** Has a server ready that can do what this row wants; servers are kept for rows that want the same. */
  listen(row: Row): Promise<Endpoint>;
  /** What our client has to be told besides. */
  options?(row: Row): Partial<ClientOptions>;
  /** How our client talks to it. */
  readonly talks: Talks<Endpoint> & { readonly echo: (host: Host, endpoint: Endpoint) => Promise<void> };
}

export interface Endpoint {
  readonly port: number;
  /** The program, for talks that type commands to it. */
  readonly process: Running;
  /** What it printed, for a report of failure. */
  output(): string;
}

/** Another implementation as the client. */
export interface ClientPeer {
  readonly name: string;
  readonly label: string;
  readonly abilities: Abilities;
  /** Connects to our server as this row wants, and rejects where it finds fault. */
  connect(row: Row, port: number): Promise<void>;
  /** How our server talks to it. */
  readonly talks: Talks<void> & { readonly echo: (host: Host) => Promise<void> };
}

export type Talks<E> = { readonly [T in Topic]?: (host: Host, endpoint: E) => Promise<void> };
