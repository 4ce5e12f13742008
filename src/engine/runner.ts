import { asTlsError, type TlsError } from '../errors/index.ts';
import type { Flow, NeedMessage, Task, Wait } from '../flow/index.ts';
import type { Established } from '../handshake/established.ts';

/** Whoever runs a flow learns here how it ended. */
export interface RunnerOwner {
  /** Null: a flow after the handshake that changed nothing. */
  finished(established: Established | null): void;
  failed(error: TlsError): void;
}

/** Runs one flow at a time, from wait to wait. What it waits for is its only state. */
export class Runner {
  /** What the host has to do before the flow goes on. */
  task: Task | null = null;
  /** Which message the flow waits for. */
  need: NeedMessage | null = null;
  private flow: Flow<Established | null> | null = null;
  private readonly owner: RunnerOwner;

  constructor(owner: RunnerOwner) {
    this.owner = owner;
  }

  get busy(): boolean {
    return this.flow !== null;
  }

  start(flow: Flow<Established | null>): void {
    this.flow = flow;
    this.step(() => flow.next());
  }

  /** Hands over the message that was needed. */
  deliver(message: Uint8Array): void {
    this.need = null;
    this.step(() => this.flow!.next(message));
  }

  /** Answers the task; an answer to another one is ignored. */
  resume(task: Task, output: unknown): boolean {
    if (this.task !== task) return false;
    this.task = null;
    this.step(() => this.flow!.next(output));
    return true;
  }

  reject(task: Task, reason: unknown): boolean {
    if (this.task !== task) return false;
    this.task = null;
    this.step(() => this.flow!.throw(reason));
    return true;
  }

  /** Forgets the flow, and tells whoever works for it. */
  abort(reason: unknown): void {
    const { task } = this;
    this.task = null;
    this.need = null;
    this.flow = null;
    if (task !== null) task.abort(reason);
  }

  private step(go: () => IteratorResult<Wait, Established | null>): void {
    let next: IteratorResult<Wait, Established | null>;
    try {
      next = go();
    } catch (reason) {
      this.flow = null;
      this.owner.failed(asTlsError(reason));
      return;
    }
    if (next.done === true) {
      this.flow = null;
      this.owner.finished(next.value);
    } else if (next.value.need === 'message') this.need = next.value;
    else this.task = next.value;
  }
}
