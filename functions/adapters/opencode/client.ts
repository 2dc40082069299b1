import type * as z from 'zod';
import type { ServerTarget } from '../../domain/job/server-of.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { Egress } from '../http/egress.ts';
import { type Answer, ExchangeError, exchange, timedOut } from '../http/exchange.ts';
import { traceHeader } from '../http/trace-header.ts';
import { authorizationsFor, type Passwords } from './authorization.ts';
import { isPassing, notCalled, unanswered, unreachable } from './failures.ts';
import { Allowance, type SizeLimit, sizeLimits, type TimeLimit } from './limits.ts';
import { isJson, readRefusal, refused, type ServerRefusal } from './refusals.ts';

export interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  /** From the root, encoded. */
  path: string;
  query?: Record<string, string>;
  body?: object;
  /** `read` by default. */
  time?: TimeLimit;
  /** `usual` by default. */
  size?: SizeLimit;
  /** Not to be repeated and not to be sent on a kept connection, where it might have to be. */
  once?: boolean;
  /** Sent without the password, to see what comes of it. */
  anonymous?: true;
  /** On a connection of its own. */
  alone?: boolean;
  /** A better reading of a refusal than the general one. */
  onRefusal?: (refusal: ServerRefusal) => TaskError | undefined;
}

/** Calls of one server. Every method throws a TaskError by the name of what went wrong. */
export interface Client {
  /** The answer's JSON by its schema. */
  ask<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>>;
  /** One page of a list, and where the next one begins. */
  askPage<Schema extends z.ZodType>(
    call: Call,
    schema: Schema,
  ): Promise<{ page: z.output<Schema>; next: string | null }>;
  /** The same as `ask`; undefined where the server refuses by this name: what is asked for is not there. */
  find<Schema extends z.ZodType>(call: Call, schema: Schema, absence: string): Promise<z.output<Schema> | undefined>;
  /** For a call that is answered without content. */
  tell(call: Call): Promise<void>;
  /** Between two calls that ask the same thing. */
  pause(ms: number): Promise<void>;
}

export interface Connection extends ServerTarget {
  passwords: Passwords;
  egress: Egress;
  timeLimits: Record<TimeLimit | 'connection', number>;
  pause(ms: number): Promise<void>;
}

/** The time of a call: what such a call may take, what it was granted of it, and what is left of that. */
interface CallSpan {
  limitMs: number;
  grantedMs: number;
  remaining(): number;
}

export function createClient(connection: Connection): Client {
  const allowance = new Allowance(connection.timeLimits.connection);

  async function answerTo(call: Call): Promise<Answer> {
    const origin = originOf(connection);
    const limitMs = connection.timeLimits[call.time ?? 'read'];
    const grantedMs = allowance.grants(limitMs);
    return allowance.spend(limitMs, (remaining) => {
      const span = { limitMs, grantedMs, remaining };
      return persistently(connection, call, remaining, () => accepted(connection, origin, call, span));
    });
  }

  const ask: Client['ask'] = async (call, schema) => parse(await answerTo(call), schema, labelOf(call));

  return {
    ask,
    async askPage(call, schema) {
      const answer = await answerTo(call);
      return { page: parse(answer, schema, labelOf(call)), next: answer.nextCursor };
    },
    pause: (ms) => allowance.spend(ms, () => connection.pause(ms)),
    async find(call, schema, absence) {
      const absent = new TaskError('SessionLost', `There is no such thing: ${absence}.`);
      const onRefusal = ({ name }: ServerRefusal) => (name === absence ? absent : undefined);
      return ask({ ...call, onRefusal }, schema).catch((error: unknown) => {
        if (error === absent) return undefined;
        throw error;
      });
    },
    async tell(call) {
      const answer = await answerTo(call);
      if (answer.status !== 204 && !isJson(answer)) throw notOpenCode(labelOf(call), answer);
    },
  };
}

function originOf({ endpoint, egress }: Connection): URL {
  const origin = URL.parse(endpoint);
  if (!origin) throw unreachable("The rule's endpoint is not an address. Correct it.");
  const problem = egress.problem(origin);
  if (problem) throw notCalled(origin.host, problem);
  return origin;
}

/**
 * What passes is tried again by the call that met it, within its time: a gateway that fails a third of all requests
 * would let no eight calls in a row pass. What must not be repeated is for the caller to look after.
 */
async function persistently(
  { pause }: Connection,
  call: Call,
  remaining: () => number,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  for (const pauseMs of call.once ? [] : RETRY_PAUSES_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || remaining() <= pauseMs) throw error;
    }
    await pause(pauseMs);
  }
  return attempt();
}

/** Three seconds in all: a server that is down is reported within a minute, with what the workflow repeats. */
const RETRY_PAUSES_MS = [250, 750, 2_000];

async function accepted(connection: Connection, origin: URL, call: Call, span: CallSpan): Promise<Answer> {
  const answer = await authorised(connection, origin, call, span);
  if (answer.status >= 200 && answer.status < 300) return answer;
  const refusal = readRefusal(answer);
  const { integrationId } = connection;
  throw call.onRefusal?.(refusal) ?? refused(refusal, { host: origin.host, integrationId, label: labelOf(call) });
}

/**
 * A password that is being rotated must not fail a run. The server may not have the new one yet: where the current one
 * is refused, the one before is tried. Or it has it already: then the password is read afresh, and tried once more.
 */
async function authorised(connection: Connection, origin: URL, call: Call, span: CallSpan): Promise<Answer> {
  const { passwords, integrationId } = connection;
  const authorizations = (fresh: boolean) => authorizationsFor(passwords, origin, integrationId, { fresh });
  if (call.anonymous) {
    // A stranger's server is not even looked at. A gateway before it wants its own headers all the same.
    const { authorization: _, ...others } = (await authorizations(false)).current;
    return delivered(connection, origin, call, others, span);
  }
  const { current, previous } = await authorizations(false);
  // The one before may cost a read of the integration, so it is asked for after a refusal alone.
  for (const secretsOf of [async () => current, previous]) {
    const secrets = await secretsOf();
    const answer = secrets && (await delivered(connection, origin, call, secrets, span));
    if (answer && answer.status !== 401) return answer;
  }
  const afresh = await authorizations(true);
  return delivered(connection, origin, call, afresh.current, span);
}

/** A kept connection may have been closed by the server meanwhile, which says nothing about the server. */
async function delivered(
  { egress, traceparent }: Connection,
  origin: URL,
  call: Call,
  secrets: Record<string, string>,
  { limitMs, grantedMs, remaining }: CallSpan,
): Promise<Answer> {
  const request = requestOf(call, origin, secrets);
  const size = call.size ?? 'usual';
  const attempt = async (kept: boolean) => {
    const route = await egress.routeTo(origin, kept);
    const left = remaining();
    if (left <= 0) throw new ExchangeError(timedOut);
    // What is sent once more is a span of its own.
    const headers = { ...request.headers, ...traceHeader(traceparent) };
    return exchange(origin, { ...request, headers }, { ...route, limitMs: left, maxBytes: sizeLimits[size] });
  };
  try {
    return await attempt(!call.once && !call.alone).catch((error: unknown) => {
      const stale = error instanceof ExchangeError && error.reused && /^(ECONNRESET|EPIPE)$/.test(error.code);
      if (!stale) throw error;
      return attempt(false);
    });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    throw unanswered(error, { host: origin.host, label: labelOf(call), size, limitMs, grantedMs });
  }
}

/** A gateway may have the server behind a path of its own. */
function requestOf({ method, path, query, body }: Call, { pathname }: URL, secrets: Record<string, string>) {
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'opencode-relay',
    ...(body && { 'content-type': 'application/json' }),
  };
  const search = query ? `?${new URLSearchParams(query)}` : '';
  return {
    method,
    path: `${pathname.replace(/\/$/, '')}${path}${search}`,
    headers,
    secrets,
    body: body && JSON.stringify(body),
  };
}

function parse<Schema extends z.ZodType>(answer: Answer, schema: Schema, label: string): z.output<Schema> {
  if (!isJson(answer)) throw notOpenCode(label, answer);
  let value: unknown;
  try {
    value = JSON.parse(answer.body);
  } catch {
    // The parser's own message would quote the text.
    throw new TaskError('ServerUnsupported', `The answer to ${label} is not the JSON that it claims to be.`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue ? `${issue.path.join('.') || 'the answer'}: ${issue.message}` : 'no reason';
  throw new TaskError('ServerUnsupported', `The answer to ${label} is not one of OpenCode (${where}).`);
}

function notOpenCode(label: string, { contentType }: Answer): TaskError {
  const type = /^[\w.+/-]{1,60}$/.test(contentType) ? contentType : 'no known type';
  return new TaskError(
    'ServerUnsupported',
    `The answer to ${label} is ${type} instead of JSON, so this is not an OpenCode API. Check the endpoint.`,
  );
}

const labelOf = ({ method, path }: Call): string => `${method} ${path}`;
