export {
  type Awaitable,
  attempt,
  type Flow,
  isThenable,
  type NeedMessage,
  perform,
  type Signal,
  Task,
  type TaskKind,
  type Wait,
} from './flow.ts';
export { runFlow } from './run.ts';
