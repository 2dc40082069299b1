import type { z } from 'zod';

/** What a route is given of a request. */
export interface Asked {
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON; undefined without a body. */
  body: unknown;
}

/** Without a body: no content. */
export interface Reply {
  status: number;
  body?: object;
}

export const data = (value: unknown): Reply => ({ status: 200, body: { data: value } });
export const bare = (body: object): Reply => ({ status: 200, body });
export const noContent: Reply = { status: 204 };

/** An error as 2.x words it; without a tag the body is empty. */
export class Refused extends Error {
  readonly reply: Reply;

  constructor(status: number, tag?: string, more: object = {}) {
    super(`${status} ${tag ?? ''}`);
    this.name = 'Refused';
    this.reply =
      tag === undefined ? { status } : { status, body: { _tag: tag, message: `The double says ${tag}`, ...more } };
  }
}

export const invalid = (field: string): Refused => new Refused(400, 'InvalidRequestError', { kind: 'Payload', field });

/** The body by its schema. Fields that a schema does not know are dropped, as the server drops them. */
export function bodyOf<Schema extends z.ZodType>({ body }: Asked, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.path.join('.') ?? '');
  return parsed.data;
}

export interface Route {
  method: string;
  /** Segments of the path; one that begins with a colon is a parameter. */
  path: string;
  answer(asked: Asked): Reply | Promise<Reply>;
}

/** The route for a request, with its parameters. */
export function find(
  routes: Route[],
  method: string,
  path: string,
): { route: Route; params: Asked['params'] } | undefined {
  for (const route of routes) {
    const params = route.method === method ? match(route.path, path) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

function match(pattern: string, path: string): Asked['params'] | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Asked['params'] = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return params;
}
