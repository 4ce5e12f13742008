import type { SessionSource } from '../handshake/client/settings.ts';
import type { Session } from '../handshake/session.ts';

export interface SessionCacheOptions {
  /** Names to remember; the one not used for longest goes first. Default: 100. */
  readonly names?: number;
  /** Sessions for each name. Default: 4. */
  readonly sessions?: number;
}

/**
 * Sessions by server name, for the clients of one configuration: never share a cache between configurations that trust
 * or present different things. A TLS 1.3 ticket is given out once, so that nobody can link connections by it
 * (RFC 9846, appendix C.4).
 */
export class SessionCache {
  private readonly maxNames: number;
  private readonly maxSessions: number;
  /** In order of use. */
  private readonly byName: Map<string, Session[]> = new Map();

  constructor(options: SessionCacheOptions = {}) {
    this.maxNames = options.names ?? 100;
    this.maxSessions = options.sessions ?? 4;
  }

  /** How many names are remembered. */
  get size(): number {
    return this.byName.size;
  }

  /** The part of the cache for one server; the name may say more than the host, such as a port. */
  source(name: string): SessionSource {
    return { load: () => this.take(name), save: (session) => this.keep(name, session) };
  }

  clear(): void {
    this.byName.clear();
  }

  private take(name: string): Session | null {
    const sessions = this.byName.get(name);
    const newest = sessions === undefined ? undefined : sessions[sessions.length - 1];
    if (newest === undefined) return null;
    if (newest.version === 'TLSv1.3') sessions!.pop();
    this.byName.delete(name);
    if (sessions!.length > 0) this.byName.set(name, sessions!);
    return newest;
  }

  private keep(name: string, session: Session): void {
    const sessions = this.byName.get(name) ?? [];
    this.byName.delete(name);
    this.byName.set(name, sessions);
    sessions.push(session);
    if (sessions.length > this.maxSessions) sessions.shift();
    if (this.byName.size <= this.maxNames) return;
    for (const oldest of this.byName.keys()) {
      this.byName.delete(oldest);
      return;
    }
  }
}
