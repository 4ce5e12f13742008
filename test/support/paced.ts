import type { Task } from '../../src/flow/index.ts';
import type { Peer } from './peer.ts';
import { Session } from './session.ts';

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
    for (let { task } = this.engine; task !== null && !task.started; { task } = this.engine) {
      task.started = true;
      this.tasks.push(task);
      const pace = this.pace(task, this.tasks.length - 1);
      if (pace === 'never') return;
      if (pace === 'later') {
        this.waiting = task;
        return;
      }
      if (typeof pace === 'object') this.engine.reject(task, pace.reject);
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
    this.engine.resume(task, answer);
    if (!often) return;
    this.engine.resume(task, answer);
    this.engine.resume(task, null);
    this.engine.reject(task, new Error('too late'));
  }
}
