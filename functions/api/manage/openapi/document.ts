import * as z from 'zod';
import { errorBodySchema } from '../../../contract/api.ts';
import { limits } from '../../../contract/limits.ts';
import { exampleIds } from '../examples.ts';
import { REFUSED } from '../fields.ts';
import { ID_CHARACTERS, type Route } from '../route.ts';

type DocumentPart = Record<string, unknown>;

const examples: Record<string, string> = exampleIds;
const reference = (kind: string, name: string): DocumentPart => ({ $ref: `#/components/${kind}/${name}` });
const requestId = { 'x-request-id': reference('headers', 'RequestId') };

/** The refusals that have a meaning of their own. All share one body; `default` stands for the others. */
const refusals = {
  400: ['BadRequest', 'The request does not fit; `issues` says where, field by field.'],
  401: ['Unauthorized', 'No token, or none of this API.'],
  403: ['Forbidden', 'The token has not the role that this takes, or is for one relay alone.'],
  404: ['NotFound', 'There is no such resource.'],
  409: ['Conflict', 'Others changed the resource at the same time. Read it and try again.'],
  413: ['BodyTooLarge', `The body has more than ${limits.apiBodyBytes} bytes.`],
  429: ['TooManyRequests', 'The token has asked too often. `retry-after` says how many seconds to wait.'],
  default: ['Refused', 'Any other refusal. 5xx: the relay failed; its log has the request id.'],
} as const;
type Refused = keyof typeof refusals;

/** The OpenAPI 3.1 document of the API: made of the table of routes, and of the very schemas that parse requests. */
export const openApiDocument = (routes: readonly Route[]): DocumentPart => ({
  openapi: '3.1.0',
  info: {
    title: 'opencode-relay',
    version: 'v0',
    description: [
      'Manages integrations, relays, rules, webhooks, alerts and agent jobs.',
      `A body has at most ${limits.apiBodyBytes} bytes. A token may make a limited number of requests in 10 s; what is over it is answered 429.`,
      'Every answer carries `x-request-id`, which stands on each log line of the request.',
    ].join(' '),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/v0' }],
  security: [{ token: [] }],
  paths: pathsOf(routes),
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'One of the named tokens of this API.' } },
    headers: {
      RequestId: { description: 'Id of the request.', required: true, schema: { type: 'string' } },
      RetryAfter: { description: 'Seconds to wait.', required: true, schema: { type: 'integer', minimum: 1 } },
    },
    schemas: { Error: jsonSchema(errorBodySchema, 'output'), ...namedSchemas(routes) },
    responses: Object.fromEntries(
      Object.entries(refusals).map(([status, [name, description]]) => [
        name,
        {
          description,
          headers: { ...requestId, ...(status === '429' && { 'retry-after': reference('headers', 'RetryAfter') }) },
          content: { 'application/json': { schema: reference('schemas', 'Error') } },
        },
      ]),
    ),
  },
});

function pathsOf(routes: readonly Route[]): DocumentPart {
  const paths: Record<string, DocumentPart> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  return paths;
}

function operation(route: Route): DocumentPart {
  const names = [...route.path.matchAll(/{(.+?)}/g)].map(([, name = '']) => name);
  const parameters = [...names.map(pathParameter), ...queryParameters(route.query)];
  const body = jsonSchema(route.body, 'input');
  const hasBody = Array.isArray(body.oneOf) || Object.keys(objectOf(body.properties)).length > 0;
  const refused: Refused[] = [400, ...(route.open ? [] : ([401, 403, 429] as const)), 'default'];
  if (names.length > 0) refused.push(404);
  if (hasBody) refused.push(413);
  if (route.method !== 'GET') refused.push(409);
  return {
    operationId: route.operation,
    summary: route.summary,
    tags: [route.path.split('/')[1]],
    ...(route.open && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && {
      requestBody: {
        required: Array.isArray(body.oneOf) || (Array.isArray(body.required) && body.required.length > 0),
        content: {
          'application/json': { schema: body, ...(route.example !== undefined && { example: route.example }) },
        },
      },
    }),
    responses: {
      200: { description: 'Done.', headers: requestId, content: { 'application/json': { schema: answerOf(route) } } },
      ...Object.fromEntries(refused.map((status) => [status, reference('responses', refusals[status][0])])),
    },
  };
}

const pathParameter = (name: string): DocumentPart => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: ID_CHARACTERS },
  example: examples[name],
});

function queryParameters(schema: z.ZodType): DocumentPart[] {
  const { properties, required } = jsonSchema(schema, 'input');
  return Object.entries(objectOf(properties)).map(([name, of]) => ({
    name,
    in: 'query',
    required: Array.isArray(required) && required.includes(name),
    schema: of,
  }));
}

const answerOf = ({ envelope, answer }: Route): DocumentPart =>
  jsonSchema(envelope === undefined ? answer : z.strictObject({ [envelope]: answer }), 'output');

/** Checks that JSON Schema has no words for are left out: the API makes them all the same. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): DocumentPart {
  const { $schema, $defs, '~standard': _, oneOf, ...rest } = rawSchema(schema, io);
  return oneOf === undefined ? rest : { ...rest, oneOf: oneOf.filter((choice) => !(REFUSED in choice)) };
}

/** Schemas with a name, which name themselves: they stand once in the document, and are pointed to. */
const namedSchemas = (routes: readonly Route[]): DocumentPart =>
  Object.assign({}, ...routes.map(({ body }) => rawSchema(body, 'input').$defs));

function rawSchema(schema: z.ZodType, io: 'input' | 'output'): z.core.JSONSchema.BaseSchema {
  const whole = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return JSON.parse(JSON.stringify(whole).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'));
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});
