import type * as z from 'zod';
import type { ApiIssue, ApiRequest } from '../../contract/api.ts';
import type { Access, TokenRole } from '../../contract/api-tokens.ts';
import { issuesOf } from './issues.ts';
import { ApiRefusal, invalid } from './refusal.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Names of the parameters of a pattern: `'relayId'` of `/relay/{relayId}/rules`. */
type ParameterOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never;

interface RouteCall<Path extends string, Query, Body> {
  parameter(name: ParameterOf<Path> & string): string;
  query: Query;
  body: Body;
  /** The body as it was sent, for what has to be kept letter for letter. */
  bodyText: string;
  caller: string;
  access: Access;
}

/** A row of the table: all that a request is checked by, and what is done. */
interface RouteRow<Path extends string, Query extends z.ZodType, Body extends z.ZodType> {
  method: Method;
  path: Path;
  /** Name of the operation, unique in the API: `createRule`. Stands in the OpenAPI document and in the audit log. */
  operation: string;
  /** One sentence for the OpenAPI document. */
  summary: string;
  /** Answered without a token. */
  open?: true;
  /** False for what asks by POST and changes nothing: it is not audited. */
  changes?: false;
  /** By default, what changes something needs `write`. */
  needs?: TokenRole;
  /** For the token of a relay too, though the path names none: an answer that holds nothing of other relays. */
  shared?: true;
  /** The member of the answer that holds the result; absent where the result is the whole answer. */
  envelope?: string;
  query: Query;
  body: Body;
  /** A body that is taken, given the resources of the document's examples. Every row with a body of its own has one. */
  example?: z.input<Body>;
  /** Says more of what is wrong with a body than its field, by what was sent. */
  tell?: (issue: ApiIssue, sent: unknown) => ApiIssue;
  /** What stands in the envelope, or is the whole answer, as JSON. */
  answer: z.ZodType;
  run(call: RouteCall<Path, z.output<Query>, z.output<Body>>): Promise<unknown>;
}

export interface Route {
  method: Method;
  path: string;
  operation: string;
  summary: string;
  open: boolean;
  changes: boolean;
  needs: TokenRole;
  shared: boolean;
  envelope: string | undefined;
  query: z.ZodType;
  body: z.ZodType;
  example: unknown;
  answer: z.ZodType;
  /** The result, or a `Refusal`. */
  run(request: ApiRequest, parameters: Map<string, string>): Promise<unknown>;
}

const changesBy = ({ changes, method }: { changes?: false; method: Method }): boolean => changes ?? method !== 'GET';

export const route = <Path extends string, Query extends z.ZodType, Body extends z.ZodType>(
  row: RouteRow<Path, Query, Body>,
): Route => ({
  method: row.method,
  path: row.path,
  operation: row.operation,
  summary: row.summary,
  open: row.open ?? false,
  changes: changesBy(row),
  needs: row.needs ?? (changesBy(row) ? 'write' : 'read'),
  shared: row.shared ?? false,
  envelope: row.envelope,
  query: row.query,
  body: row.body,
  example: row.example,
  answer: row.answer,
  async run(request, parameters) {
    const query = parse(row.query, Object.fromEntries(new URLSearchParams(request.query)));
    if (query instanceof ApiRefusal) return query;
    const sent = parseJson(request.body);
    if (sent instanceof ApiRefusal) return sent;
    const body = parse(row.body, sent);
    if (body instanceof ApiRefusal) return toldBy(row, body, sent);
    const result = await row.run({
      parameter: (name) => parameters.get(name) ?? '',
      query: query.data,
      body: body.data,
      bodyText: request.body,
      caller: request.caller,
      access: request.access,
    });
    return result instanceof ApiRefusal ? toldBy(row, result, sent) : result;
  },
});

/** A refusal of the body, in the words of the row. */
const toldBy = ({ tell }: Pick<RouteRow<string, z.ZodType, z.ZodType>, 'tell'>, refusal: ApiRefusal, sent: unknown) =>
  tell && refusal.issues ? invalid(refusal.issues.map((issue) => tell(issue, sent))) : refusal;

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): { data: z.output<Schema> } | ApiRefusal {
  const result = schema.safeParse(input);
  return result.success ? { data: result.data } : invalid(issuesOf(result.error, schema, input));
}

/** A body that is not there is an empty object. The parser's own message would quote the body. */
function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return new ApiRefusal(400, 'invalid_request', 'The body is not JSON.');
  }
}

/** The decoded segments below `/v0`; undefined for what lies elsewhere or is wrongly encoded. */
export function segmentsOf(path: string): string[] | undefined {
  const [root, version, ...segments] = path.split('/');
  if (root !== '' || version !== 'v0') return undefined;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Far above any id of ours; a key of the table may have 1,024 bytes, and a longer one would be our fault. */
export const ID_CHARACTERS = 128;

/** The parameters of `path` if the segments fit it. What cannot be an id is no parameter. */
export function match(path: string, segments: string[]): Map<string, string> | undefined {
  const pattern = path.split('/').slice(1);
  if (pattern.length !== segments.length) return undefined;
  const parameters = new Map<string, string>();
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(.+)\}$/.exec(expected)?.[1];
    if (name !== undefined && segment !== '' && segment.length <= ID_CHARACTERS) parameters.set(name, segment);
    else if (segment !== expected) return undefined;
  }
  return parameters;
}

/** The view of what a use case found; what it refused goes on as it is. */
export const shown = <Found, View>(found: Found | ApiRefusal, view: (found: Found) => View): View | ApiRefusal =>
  found instanceof ApiRefusal ? found : view(found);

export const each =
  <Found, View>(view: (found: Found) => View) =>
  (list: Found[]): View[] =>
    list.map(view);
