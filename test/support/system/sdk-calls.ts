import type { BeepsClient } from '@beepsdev/sdk';

/** A call that the SDK has, found by looking at its objects. */
interface SdkCall {
  /** `relay.rules.createSafe` */
  name: string;
  /** `relay.rules` */
  resource: string;
  /** `createSafe` */
  method: string;
  /** The call that throws: `relay.rules.create`, of which `createSafe` is the twin that returns the error. */
  plain: string;
  isTwin: boolean;
}

const TWIN = /Safe$/;

/** All calls of all resources of the client, those inside other resources among them. */
export const sdkCalls = (client: BeepsClient): SdkCall[] =>
  resourcesIn(client).flatMap(([resource, value]) =>
    methodsOf(value).map((method) => ({
      name: `${resource}.${method}`,
      resource,
      method,
      plain: `${resource}.${method.replace(TWIN, '')}`,
      isTwin: TWIN.test(method),
    })),
  );

/** True for what the SDK has for schedules and contact methods beside their (empty) lists: other systems do that. */
export const isOnCall = ({ resource, plain }: SdkCall): boolean =>
  ['schedule', 'contactMethod'].includes(resource) && plain !== `${resource}.list`;

/** Of each call either itself or its twin, in turn: every call of the SDK is made, in one of its two ways. */
export function oneOfEachTwins(calls: SdkCall[]): SdkCall[] {
  const plains = [...new Set(calls.map(({ plain }) => plain))];
  return plains.flatMap((name, index) => {
    const both = calls.filter(({ plain }) => plain === name);
    return both.find(({ isTwin }) => isTwin === (index % 2 === 1)) ?? both;
  });
}

/** Makes the call as a user of the SDK would. */
export function callSdk(client: BeepsClient, { resource, method }: SdkCall, args: unknown[]): Promise<unknown> {
  const owner = new Map(resourcesIn(client)).get(resource);
  if (!owner) throw new Error(`The SDK has no ${resource}`);
  return Reflect.apply(Reflect.get(owner, method), owner, args);
}

/** Resources by their path in the client. The HTTP client that each of them holds is none. */
function resourcesIn(owner: object, path: string[] = []): [path: string, resource: object][] {
  return Object.entries(owner)
    .filter(([name, value]) => name !== 'http' && typeof value === 'object')
    .flatMap(([name, value]) => [[[...path, name].join('.'), value], ...resourcesIn(value, [...path, name])]);
}

const methodsOf = (resource: object): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(resource)).filter((name) => name !== 'constructor');
