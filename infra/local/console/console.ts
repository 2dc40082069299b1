import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFailure, connectApi } from '../../commands/api.ts';
import { pathOf } from '../http-api/event.ts';
import { isLocalHost } from '../local-host.ts';
import { AlertSource } from './alerts.ts';
import { ExecutionSource, machinesOf } from './executions.ts';
import { Live } from './live.ts';
import { namesReader } from './names.ts';
import { type PageFile, readPageFiles } from './page-files.ts';
import { type ResultPart, resultLink, resultParts } from './results.ts';
import { answerFor, type Sources } from './routes.ts';

/** Where the stack is, and the token that stays on this side: the page never has it. */
interface ConsoleAccess {
  ApiUrl: string;
  HooksUrl: string;
  ApiToken: string;
  AwsEndpointUrl: string;
  StateMachineArn: string;
  RelayRunMachineArn: string;
  StormMachineArn: string;
}

/**
 * Nothing from elsewhere, no inline code, no markup from text (Trusted Types), in no frame. A page of another origin
 * can neither read an answer nor hold a stream open.
 */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The console page at the local stack's address, and what it reads. Nothing can be changed by it. */
export class Console {
  readonly #live = new Live();
  #sources: Sources | undefined;
  /** Made when the first page is asked for; no start waits for it. */
  static #files: Promise<Map<string, PageFile>> | undefined;

  /** From now on it answers with what is there. */
  connect({ ApiToken, AwsEndpointUrl, ...outputs }: ConsoleAccess): void {
    const api = connectApi({ url: outputs.ApiUrl, token: ApiToken });
    const names = namesReader(api);
    const executions = new ExecutionSource(AwsEndpointUrl, machinesOf(outputs));
    this.#sources = { api, names, alerts: new AlertSource(api, names), executions, hooksUrl: outputs.HooksUrl };
  }

  /** A decision on it was written. */
  alertChanged(alertId: string): void {
    this.#sources?.alerts.changed(alertId);
    this.#live.alertChanged(alertId);
  }

  /** Its history has grown. */
  executionChanged(name: string): void {
    if (name.startsWith('stm_')) this.#sources?.alerts.allChanged();
    this.#live.executionChanged(name);
  }

  close(): void {
    this.#live.close();
  }

  /** Answers what is asked of the console; false: it is asked of the API. */
  readonly answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { url = '/' } = request;
    const path = pathOf(url);
    if (path !== '/' && path !== '/console' && !path.startsWith('/console/')) return false;
    request.resume();
    this.#serve(request, response, path, new URLSearchParams(url.split('?')[1])).catch((error: unknown) => {
      console.error('The console could not answer:', error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { message: 'The console failed; the output of npm start says why.' });
    });
    return true;
  };

  async #serve(request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams) {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const refused = refusalOf(request, path);
    if (refused !== undefined) return sendJson(response, refused.status, { message: refused.message });
    if (path === '/' || path === '/console/') return redirect(response, '/console');
    const file = (await Console.#pageFiles()).get(path);
    if (file) return response.writeHead(200, { 'content-type': file.type }).end(file.body);
    if (!this.#sources) return sendJson(response, 503, { message: 'The local stack is still starting.' });
    if (path === '/console/events') return this.#stream(response);
    const send = path.startsWith('/console/results/') ? sendResult : sendAnswer;
    await send(this.#sources, response, path, query).catch((error: unknown) => {
      const failure = failureOf(error);
      if (!failure) throw error;
      sendJson(response, failure.status, { message: failure.message });
    });
  }

  #stream(response: ServerResponse): void {
    if (this.#live.isFull) sendJson(response, 503, { message: 'Too many pages of the console are open.' });
    else this.#live.add(response);
  }

  static #pageFiles(): Promise<Map<string, PageFile>> {
    Console.#files ??= readPageFiles();
    return Console.#files;
  }
}

/** A web page that had its name resolve to loopback, one of another site, and whatever would change something. */
function refusalOf(
  { headers, method }: IncomingMessage,
  path: string,
): { status: number; message: string } | undefined {
  if (!isLocalHost(headers.host)) return { status: 403, message: 'The console is for this machine alone.' };
  const isVisit = path === '/' || path === '/console' || path === '/console/';
  const from = headers['sec-fetch-site'];
  if (!isVisit && from !== undefined && from !== 'same-origin' && from !== 'none') {
    return { status: 403, message: 'The console answers its own page alone.' };
  }
  return method === 'GET' ? undefined : { status: 405, message: 'The console is read-only.' };
}

async function sendAnswer(sources: Sources, response: ServerResponse, path: string, query: URLSearchParams) {
  const answer = await answerFor(sources, path.replace('/console/api/', ''), query);
  sendJson(response, answer === undefined ? 404 : 200, answer ?? nothingHere);
}

/** To a link that is made for this click: it opens without a token for some minutes. */
async function sendResult({ api }: Sources, response: ServerResponse, path: string): Promise<void> {
  const [, jobId = '', part = ''] = /^\/console\/results\/(\w+)\/(\w+)$/.exec(path) ?? [];
  if (!isPart(part)) return sendJson(response, 404, nothingHere);
  const link = await resultLink(api, jobId, part);
  if (link === null) sendJson(response, 404, { message: `There is no ${part} of ${jobId}.` });
  else redirect(response, link);
}

const nothingHere = { message: 'There is no such thing here.' };

const isPart = (part: string): part is ResultPart => resultParts.some((each) => each === part);

/** What the API or a service refuses in its own words; anything else is a fault of the console. */
function failureOf(error: unknown): { status: number; message: string } | undefined {
  if (error instanceof ApiFailure) return { status: error.status ?? 502, message: error.message };
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'InvalidToken') return { status: 400, message: 'token must be the `nextToken` of an answer.' };
  return error.name === 'ExecutionDoesNotExist' ? { status: 404, message: 'There is no such execution.' } : undefined;
}

const redirect = (response: ServerResponse, location: string): void => void response.writeHead(302, { location }).end();

const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
