import fc from 'fast-check';
import { bodies } from './bodies.ts';
import { exampleBody, examplePath, type Operation } from './document.ts';
import type { Asked } from './world.ts';

const strangeIds = [
  'x',
  'rly_1',
  '..',
  '%2e%2e',
  '%2F',
  '%00',
  '%ff',
  '%',
  'a%23b',
  '__proto__',
  'é',
  'x'.repeat(129),
  '*',
  "'",
];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'get', '', 'constructor'];
const strangeQueries = [
  '&',
  '=',
  '%',
  'a=1&a=2',
  '__proto__=1',
  'limit=-1',
  'limit=1e9',
  'cursor=x',
  'cursor=%00',
  '?a=b',
  '#',
  'a[]=1',
  `a=${'x'.repeat(9_000)}`,
];
const strangePaths = [
  '',
  '/',
  '//',
  '/v0',
  '/v0/',
  '/v1/relay',
  '/v0//relay',
  '/v0/relay/',
  '/v0/./relay',
  '/v0/%72elay',
  '/v0/RELAY',
  '/v0/relay;a=1',
  '/v0/schedule/x',
  '/v0/__proto__',
  '/v0/%E0%A4%A',
  `/v0/${'a/'.repeat(3_000)}`,
];

const queryOf = ({ parameters }: Operation): fc.Arbitrary<string> => {
  const names = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
  const value = fc.oneof(fc.constantFrom('true', 'agent', '1', '1000', '', '-1', 'null'), fc.string({ maxLength: 50 }));
  const pair = fc.tuple(names.length > 0 ? fc.constantFrom(...names) : fc.string({ maxLength: 10 }), value);
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant('') },
    {
      weight: names.length > 0 ? 4 : 1,
      arbitrary: pair.map(
        ([name, given]) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(given.toWellFormed())}`,
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom(...strangeQueries) },
  );
};

function pathOf(operation: Operation): fc.Arbitrary<string> {
  const names = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => name);
  const strange =
    names.length === 0
      ? fc.constant(examplePath(operation))
      : fc
          .tuple(fc.constantFrom(...names), fc.constantFrom(...strangeIds))
          .map(([name, id]) => examplePath(operation, { [name]: id }));
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(examplePath(operation)) },
    { weight: 3, arbitrary: strange },
    { weight: 1, arbitrary: fc.constantFrom(...strangePaths) },
  );
}

/** Requests that have to do with an operation: good ones, nearly good ones, and tricks with each part of a request. */
export function requestsOf(operation: Operation): fc.Arbitrary<Asked> {
  const schema = operation.requestBody?.content['application/json'].schema;
  const ofBody = bodies({ schema: schema ?? { type: 'object' }, example: exampleBody(operation) });
  const method = fc.oneof(
    { weight: 14, arbitrary: fc.constant(operation.method) },
    { weight: 1, arbitrary: fc.constantFrom(...methods) },
  );
  const body = fc.option(ofBody, { nil: undefined, freq: schema ? 20 : 1 });
  return fc.tuple(method, pathOf(operation), queryOf(operation), body).map(([asked, path, query, sent]) => ({
    method: asked,
    path: query === '' ? path : `${path}?${query}`,
    ...(sent !== undefined && { body: sent }),
  }));
}
