/**
 * What the use cases need from the outside, as small as their use. Types only. Every method may throw; a method of
 * `SessionServer` throws a `TaskError` by the name of what went wrong.
 */

export type * from './ports/alerts.ts';
export type * from './ports/audit.ts';
export type * from './ports/management.ts';
export type * from './ports/process.ts';
export type * from './ports/retention.ts';
export type * from './ports/routing.ts';
export type * from './ports/server.ts';
export type * from './ports/sessions.ts';
export type * from './ports/upkeep.ts';
export type * from './ports/webhooks.ts';
