import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Callee, type FaultListener, tooManyCalls } from '../lambda/invocation.ts';
import { LostTime } from '../lambda/lost-time.ts';
import { portTaken } from '../surroundings.ts';
import { type ApiIdentity, eventOf, type HttpRequest, pathOf } from './event.ts';
import { gatewayAnswers, type HttpResponse, responseOf } from './response.ts';
import { matchRoute, type Route } from './routes.ts';

/** API Gateway's quotas: the payload, and how long an integration may take, from its turn on. */
const MOST_BODY_BYTES = 10 * 1024 * 1024;
const INTEGRATION_MS = 30_000;
/** Longer than clients keep an idle connection, so that none finds it closed when it sends. */
const KEEP_ALIVE_MS = 65_000;

interface HttpApiOptions extends ApiIdentity {
  /** 0: any free one. */
  port: number;
  functions: { get(arn: string): Callee };
  onFault: FaultListener;
  /** Answers what is no part of the API, such as a page for people; false: it is. */
  besides?(request: IncomingMessage, response: ServerResponse): boolean;
}

/** An HTTP API on loopback, with Lambda functions behind its routes. */
export class HttpApi {
  readonly url: string;
  readonly #server: Server;
  readonly #options: HttpApiOptions;
  readonly #routes: Route[] = [];
  #open = false;

  private constructor(server: Server, options: HttpApiOptions) {
    const { port } = z.object({ port: z.int() }).parse(server.address());
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
    this.#options = options;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  /** Listens, and answers 503 until `open`. Throws an error that names --port if the port is taken. */
  static async listen(options: HttpApiOptions): Promise<HttpApi> {
    const server = createServer().listen(options.port, '127.0.0.1');
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    try {
      await once(server, 'listening');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      throw portTaken(options.port);
    }
    return new HttpApi(server, options);
  }

  addRoute(route: Route): void {
    this.#routes.push(route);
  }

  open(): void {
    this.#open = true;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (this.#options.besides?.(request, response)) return;
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const { status, headers, body } = await this.#answer(request, gone.signal);
      if (!response.destroyed) response.writeHead(status, headers).end(body);
    } catch (error) {
      if (!request.destroyed) console.error('A request could not be answered:', error);
      response.destroy();
    }
  }

  async #answer(incoming: IncomingMessage, gone: AbortSignal): Promise<HttpResponse> {
    const { method = 'GET', url: target = '/', httpVersion, rawHeaders } = incoming;
    const body = await bodyOf(incoming);
    if (!body) return gatewayAnswers.tooLarge;
    if (!this.#open) return gatewayAnswers.unavailable;
    const match = matchRoute(this.#routes, method, pathOf(target));
    if (!match) return gatewayAnswers.notFound;
    const sourceIp = incoming.socket.remoteAddress ?? '127.0.0.1';
    const request: HttpRequest = { method, target, httpVersion, rawHeaders, body, sourceIp };
    const fn = this.#options.functions.get(match.route.functionArn);
    return this.#call(fn, eventOf(request, match, this.#options, Date.now()), gone);
  }

  /** A call whose caller is `gone` before its turn is dropped, and nobody reads the answer. */
  async #call(fn: Callee, event: unknown, gone: AbortSignal): Promise<HttpResponse> {
    const lost = new LostTime();
    const over = new AbortController();
    const late = lost.afterUsable(INTEGRATION_MS, over.signal);
    const invocation = await Promise.race([fn.invoke(event, { lane: 'door', signal: gone, lost }), late]);
    over.abort();
    if (!invocation) return gatewayAnswers.unavailable;
    if (invocation.ok) return responseOf(invocation.payload);
    if (invocation.error.errorType === tooManyCalls) return gatewayAnswers.tooMany;
    if (!gone.aborted) this.#options.onFault(fn, invocation.error);
    return gatewayAnswers.failed;
  }
}

/** Undefined if it is too large. What is too much is read and dropped, so that the sender sees the answer. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MOST_BODY_BYTES) chunks.push(chunk);
  }
  return bytes <= MOST_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}
