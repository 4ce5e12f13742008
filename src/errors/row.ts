import type { AlertName } from './alerts.ts';

/** Who can do something about it: the other end, this library's user, this library, or the network between. */
export type Blame = 'peer' | 'user' | 'us' | 'network';

/** One row of the error table. */
export interface ErrorRow {
  /** The fatal alert that tells the peer; null where none is sent. */
  readonly alert: AlertName | null;
  readonly blame: Blame;
  /** Where the rule stands that was broken. */
  readonly section: string;
  /** What happened, as a sentence without its full stop. A detail may follow it. */
  readonly says: string;
  /** What somebody can do about it. */
  readonly remedy: string;
}
