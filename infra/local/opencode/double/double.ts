import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { Asks } from './asks.ts';
import { directoryRoutes } from './directory-routes.ts';
import { Engine } from './engine.ts';
import { messageRoutes } from './message-routes.ts';
import { type Behaviour, type DoubleOptions, usualBehaviour } from './options.ts';
import { Places } from './places.ts';
import { bare, find, Refused, type Reply, type Route } from './replies.ts';
import { sessionRoutes } from './session-routes.ts';
import { shellRoutes } from './shell-routes.ts';
import { Store } from './store.ts';

/** A stand-in for an OpenCode server of 2.x. */
export interface Double {
  url: string;
  version: string;
  /** May be changed at any time. */
  behaviour: Behaviour;
  /** Method and path of each request to the API, as they came. */
  calls: string[];
  /** As `kill -9` and a new start: what ran is neither repaired nor resumed. */
  crash(): Promise<void>;
  /** As SIGTERM and a new start: answers are noted as aborted, and no end is. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const VERSION = '2.0.26';

/**
 * What a released 2.x server does over HTTP, as far as its source (2.0.26) and captures (2.0.20) tell: no released
 * server could be had. It keeps sessions, runs the scripts of the scripted model in real directories, and answers in
 * the real shapes; nothing else of OpenCode is in it.
 */
export async function startDouble(options: DoubleOptions): Promise<Double> {
  const behaviour: Behaviour = { ...usualBehaviour, ...options.behaviour };
  const version = options.version ?? VERSION;
  const store = new Store(options.stateFile);
  const asks = new Asks(store);
  const engine = new Engine(store, asks, behaviour);
  const places = new Places(options, behaviour);
  const info: Route = {
    method: 'GET',
    path: '/api/info',
    answer: () => bare({ version, pid: process.pid, urls: [], paths: {}, capabilities: {} }),
  };
  const routes = [
    info,
    ...directoryRoutes({ options, behaviour, places, store }),
    ...shellRoutes(places, store),
    ...messageRoutes(store),
    ...sessionRoutes({ store, engine, asks, places }, options.directory),
  ];
  const calls: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const reply = await answerTo(incoming, { routes, behaviour, password: options.password, calls });
    send(outgoing, reply);
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  const { port } = z.object({ port: z.int() }).parse(server.address());

  const stop = async () => {
    await engine.stop('shutdown');
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    store.save();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    version,
    behaviour,
    calls,
    crash: () => engine.stop('killed'),
    restart: () => engine.stop('shutdown'),
    stop,
  };
}

interface Answering {
  routes: Route[];
  behaviour: Behaviour;
  password: string;
  calls: string[];
}

/** A page of the web UI needs no password; what is not one is refused unless it is a GET. */
async function answerTo(incoming: IncomingMessage, answering: Answering): Promise<Reply | 'page'> {
  const { pathname, searchParams: query } = new URL(incoming.url ?? '/', 'http://double');
  const method = incoming.method ?? 'GET';
  const body = await text(incoming);
  if (!pathname.startsWith('/api/')) return method === 'GET' ? 'page' : { status: 405 };
  answering.calls.push(`${method} ${pathname}`);
  if (answering.behaviour.starting) return { status: 503, body: { code: 'service_starting' } };
  if (!isAuthorized(incoming.headers.authorization, answering.password)) return unauthorized;
  const found = find(answering.routes, method, pathname);
  if (!found) return { status: 404 };
  try {
    return await found.route.answer({ params: found.params, query, body: body === '' ? undefined : JSON.parse(body) });
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    return { status: 500, body: { _tag: 'UnknownError', message: String(error), ref: 'err_double' } };
  }
}

const unauthorized: Reply = { status: 401, body: { _tag: 'UnauthorizedError', message: 'Authentication required' } };

/** The user name is fixed. */
function isAuthorized(header: string | undefined, password: string): boolean {
  return header === `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`;
}

function send(outgoing: ServerResponse, reply: Reply | 'page'): void {
  if (reply === 'page') {
    outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>OpenCode</title>');
    return;
  }
  const headers: Record<string, string> = {};
  if (reply.status === 503) headers['retry-after'] = '1';
  if (reply.status === 401) headers['www-authenticate'] = 'Basic realm="Secure Area"';
  if (reply.body === undefined) return void outgoing.writeHead(reply.status, headers).end();
  outgoing.writeHead(reply.status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
}
