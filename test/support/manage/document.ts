import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';
import type { Answered, ManageWorld } from './world.ts';

const mediaSchema = z.object({
  'application/json': z.object({ schema: z.record(z.string(), z.unknown()), example: z.unknown().optional() }),
});
const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(['path', 'query']),
  schema: z.record(z.string(), z.unknown()),
  example: z.string().optional(),
});
const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string(),
  security: z.array(z.unknown()).optional(),
  parameters: z.array(parameterSchema).default([]),
  requestBody: z.object({ required: z.boolean(), content: mediaSchema }).optional(),
  responses: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const documentSchema = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

/** An operation as the OpenAPI document has it, from which tests make requests. */
export interface Operation extends z.infer<typeof operationSchema> {
  method: string;
  path: string;
}

/** What the document says: read through the API, as a client would, and nothing else. */
export async function readDocument(world: ManageWorld) {
  const { json } = await world.ask({ method: 'GET', path: '/v0/openapi.json', headers: { authorization: '' } });
  const document = documentSchema.parse(json);
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]): Operation => ({ ...operation, method: method.toUpperCase(), path }),
    ),
  );
  // Each schema is compiled for a few answers: code that is made faster first takes longer than it runs.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, code: { optimize: false } });
  const isError = ajv.compile(document.components.schemas.Error ?? {});
  const answers = new Map(
    operations.map(({ operationId, responses }) => {
      const { content } = z.object({ content: mediaSchema }).parse(responses['200']);
      return [operationId, content['application/json'].schema];
    }),
  );
  /** Compiled when it is first asked for, and kept by ajv. */
  const isAnswer = (operationId: string) => {
    const schema = answers.get(operationId);
    return schema && ajv.compile(schema);
  };

  /** What is wrong with an answer to the operation: undefined if it is as the document says. */
  const faultOf = ({ operationId }: Operation, { status, headers, json: answer }: Answered): string | undefined => {
    if (status >= 500 && status !== 501) return `answered ${status}`;
    if (!headers['x-request-id'] || headers['content-type'] !== 'application/json') return 'lacks a header';
    const fits = status < 300 ? isAnswer(operationId) : isError;
    if (!fits) return 'is not in the document';
    return fits(answer) ? undefined : `${status} breaks its schema: ${ajv.errorsText(fits.errors)}`;
  };
  return { json, operations, faultOf };
}

/** The operation's path with the example of each parameter, below `/v0`. */
export const examplePath = ({ path, parameters }: Operation, values: Record<string, string> = {}): string =>
  `/v0${path.replace(/{(.+?)}/g, (_, name) => values[name] ?? parameters.find((each) => each.name === name)?.example ?? '')}`;

export const exampleBody = ({ requestBody }: Operation): unknown => requestBody?.content['application/json'].example;
