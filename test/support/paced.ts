import type { Task } from '../../src/flow/index.ts';
import { Session } from './client.ts';
import type { Peer } from './peer.ts';

/** What becomes of a task. */
export type Pace =
  /** Answered as soon as it is there. */
  | 'now'
  /** Answered when nothing else moves any more. */
  | 'later'
  /** Answered twice, and then rejected. */
  | 'often'
  /** Not answered at all. */
  | 'never'
  | { readonly reject: unknown };

/** A session whose tasks are answered as a test says; otherwise it is like any other. */
export class PacedSession<P extends Peer> extends Session<P> {
  readonly tasks: Task[] = [];
  pace: (task: Task, index: number) => Pace = () => 'now';
  private waiting: Task | null = null;

  protected override work(): void {
    for (let { task } = this.client; task !== null && !task.started; { task } = this.client) {
      task.started = true;
      this.tasks.push(task);
      const pace = this.pace(task, this.tasks.length - 1);
      if (pace === 'never') return;
      if (pace === 'later') {
        this.waiting = task;
        return;
      }
      if (typeof pace === 'object') this.client.reject(task, pace.reject);
      else this.answer(task, pace === 'often');
    }
  }

  override run(): this {
    for (;;) {
      super.run();
      const { waiting } = this;
      if (waiting === null) return this;
      this.waiting = null;
      this.answer(waiting, false);
    }
  }

  private answer(task: Task, often: boolean): void {
    const answer = task.run(task);
    this.client.resume(task, answer);
    if (!often) return;
    this.client.resume(task, answer);
    this.client.resume(task, null);
    this.client.reject(task, new Error('too late'));
  }
}
