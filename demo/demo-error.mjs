/** What went wrong and what to do about it, in one sentence for people. */
export class DemoError extends Error {}
