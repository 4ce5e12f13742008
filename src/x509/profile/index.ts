export { unknownCriticalExtensions } from './extensions.ts';
export { judge } from './judge.ts';
export { privateProfile, RULES, strictProfile } from './profiles.ts';
export type { Profile, Role, Rule, Usage } from './rule.ts';
