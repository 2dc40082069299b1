import { type Access, type TokenRole, tokenRoles } from '../../contract/api-tokens.ts';
import type { AlertQueries } from '../../ports.ts';
import { type AnyJobDeps, getAnyJob } from './agents/any-job.ts';
import { ApiRefusal, notFound } from './refusal.ts';
import type { Route } from './route.ts';

interface AccessDeps extends AnyJobDeps {
  alerts: Pick<AlertQueries, 'get'>;
}

interface Owner {
  /** For the refusal. */
  what: string;
  relayOf(deps: AccessDeps, id: string): Promise<string | undefined>;
}

/** Parameters by which a path names something of one relay. */
const owners = new Map<string, Owner>([
  ['relayId', { what: 'relay', relayOf: async (_, id) => id }],
  ['alertId', { what: 'alert', relayOf: async ({ alerts }, id) => (await alerts.get(id))?.relayId }],
  ['jobId', { what: 'agent job', relayOf: async (deps, id) => (await getAnyJob(deps, id))?.relayId }],
]);

export const mayAtLeast = (role: TokenRole, needed: TokenRole): boolean =>
  tokenRoles.indexOf(role) >= tokenRoles.indexOf(needed);

/** The same route, closed to tokens that may not use it, and for the token of a relay to what is another relay's. */
export const guarded = (deps: AccessDeps, route: Route): Route => ({
  ...route,
  run: async (request, parameters) =>
    (await refusalOf(deps, route, parameters, request.access)) ?? route.run(request, parameters),
});

/** Another relay's things are not there: neither seen nor told apart from what never was. */
async function refusalOf(
  deps: AccessDeps,
  route: Route,
  parameters: Map<string, string>,
  { role, relayId }: Access,
): Promise<ApiRefusal | undefined> {
  if (!mayAtLeast(role, route.needs)) return roleRefusal(role, route.needs);
  if (relayId === null || route.shared) return undefined;
  const [named] = [...parameters].filter(([name]) => owners.has(name));
  const owner = named && owners.get(named[0]);
  if (!owner) return relayRefusal;
  return (await owner.relayOf(deps, named[1])) === relayId ? undefined : notFound(owner.what);
}

const forbidden = (message: string): ApiRefusal => new ApiRefusal(403, 'forbidden', message);

export const roleRefusal = (role: TokenRole, needed: TokenRole): ApiRefusal =>
  forbidden(`The role of this token is ${role}, and this takes ${needed}. Ask for a token of that role.`);

const relayRefusal = forbidden('This token is for one relay, and this concerns all of them.');
