import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { connectSessionServers, type Surroundings } from '../../../functions/adapters/opencode/session-servers.ts';
import type { Dialect } from '../../../functions/contract/execution.ts';
import type { Credentials, ServerCredentials } from '../../../functions/domain/rule/integration.ts';
import type { SessionServer, SessionServers } from '../../../functions/ports.ts';

interface Seen {
  /** Method and path. */
  call: string;
  query: Record<string, string>;
  authorization: string | undefined;
  body: string;
  headers: IncomingHttpHeaders;
  /** Counts connections from 1. */
  connection: number;
}

/** What the stub answers: JSON with 200, or whatever a function does. */
export type Routes = Record<string, object | boolean | ((response: ServerResponse, seen: Seen) => void)>;

interface Stub {
  url: string;
  seen: Seen[];
  calls(): string[];
}

/** An HTTP server on loopback for one test. A route that is not given is a web page, as it is on the real server. */
export async function startStub(routes: Routes): Promise<Stub> {
  const seen: Seen[] = [];
  let connections = 0;
  const numbers = new WeakMap<object, number>();
  const server = createServer(async (incoming, outgoing) => {
    const entry = await seeing(incoming, numbers.get(incoming.socket) ?? 0);
    seen.push(entry);
    const route = routes[entry.call];
    if (typeof route === 'function') route(outgoing, entry);
    else if (route === undefined) answer(outgoing, 200, '<!doctype html>', 'text/html');
    else answer(outgoing, 200, route);
  });
  server.on('connection', (socket) => numbers.set(socket, ++connections));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return { url: `http://127.0.0.1:${port}`, seen, calls: () => seen.map(({ call }) => call) };
}

async function seeing(incoming: IncomingMessage, connection: number): Promise<Seen> {
  const url = new URL(incoming.url ?? '/', 'http://stub');
  return {
    call: `${incoming.method} ${url.pathname}`,
    query: Object.fromEntries(url.searchParams),
    authorization: incoming.headers.authorization,
    body: await text(incoming),
    headers: incoming.headers,
    connection,
  };
}

/** Answers with a value as JSON, or with a text as it is. */
export function answer(
  response: ServerResponse,
  status: number,
  body?: object | boolean | string,
  type = 'application/json',
  headers: Record<string, string> = {},
): void {
  if (body === undefined) return void response.writeHead(status, headers).end();
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** An error as the server words it. */
export const serverError =
  (status: number, name: string) =>
  (response: ServerResponse): void =>
    answer(response, status, { name, data: { message: 'the secret is hunter2' } });

export const alice: Credentials = { username: 'alice', password: 'pass:wörd' };

/** The adapter, connected to an address as integration `int_1`. */
export const connect = (endpoint: string, options: StubOptions = {}): SessionServer =>
  serversFor(options).connect({ endpoint, integrationId: 'int_1' }, options.dialect ?? 'v1');

export const recognise = (endpoint: string, options: StubOptions = {}) =>
  serversFor(options).recognise({ endpoint, integrationId: 'int_1' });

type StubOptions = Surroundings & {
  dialect?: Dialect;
  privateHosts?: string;
  read?: (fresh: boolean) => ServerCredentials;
  /** Of the row: where the password may go; unless told, wherever it is asked for. */
  bound?: string[];
};

export function serversFor({
  privateHosts = '127.0.0.1',
  read = () => alice,
  bound,
  ...rest
}: StubOptions = {}): SessionServers {
  const credentials = { read: async (_: string, options?: { fresh?: boolean }) => read(options?.fresh ?? false) };
  const bindings = { originsOf: async (_: string, asked: string) => bound ?? [asked] };
  const reach = { privateHosts, privateRanges: 'allowed' as const };
  return connectSessionServers({ credentials, bindings, ...reach }, { pause: async () => {}, ...rest });
}

/** Until the end of a test, time passes as the test says: no limit is met because the machine is busy. */
export function stopTime(): { pass(ms: number): void } {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  return { pass: (ms) => void vi.advanceTimersByTime(ms) };
}

/** The error that a call ends with. */
export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('The call did not fail');
    },
    (error: unknown) => error,
  );

/** All that a log could show of an error and its causes. */
export function shown(error: unknown): string {
  const { message, stack, cause, ...rest } = error instanceof Error ? error : new Error('not an error');
  return [message, stack, JSON.stringify(rest), cause instanceof Error ? shown(cause) : ''].join('\n');
}
