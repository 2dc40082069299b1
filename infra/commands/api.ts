import { z } from 'zod';
import { type ApiIssue, errorBodySchema } from '../../functions/contract/api.ts';
import { UsageError } from '../usage-error.ts';
import type { World } from './command.ts';
import { Failure } from './failure.ts';
import { parseJson } from './json.ts';
import { readLocalOutputs } from './local-outputs.ts';

/** Far above what the API needs, which answers within 10 s. */
const TIMEOUT_MS = 30_000;

/** What the API does not do, or why it could not be asked. */
export class ApiFailure extends Failure {
  /** Of the answer; undefined: there was none, or one of another shape. */
  readonly status: number | undefined;
  override readonly isOfCaller: boolean;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
    this.isOfCaller = status === 400 || status === 404;
  }
}

interface ApiPlace {
  /** With its `/v0`. */
  url: string;
  token: string;
}

export interface ManagementApi {
  /** The answer, as `schema` reads it. `path` is below `/v0`. Throws ApiFailure. */
  ask<Schema extends z.ZodType>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<z.output<Schema>>;
}

/** The API that a command is meant for. Throws UsageError. */
export const apiOf = async (world: Pick<World, 'environment' | 'fetch'>, folder: string): Promise<ManagementApi> =>
  connectApi(await findApi(world.environment, folder), world.fetch);

/** Address and token: from the environment, else those of the local stack that runs on the folder. */
export async function findApi(environment: World['environment'], folder: string): Promise<ApiPlace> {
  const { API_URL: url, API_TOKEN: token } = environment;
  if (url !== undefined && token !== undefined) return { url: urlOf(url), token };
  if (url !== undefined) throw new UsageError('API_TOKEN is missing: a token of the API, see npm run token');
  if (token !== undefined) throw new UsageError("API_URL is missing: the stack's output ApiUrl");
  const outputs = await readLocalOutputs(folder).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`Which stack? Set API_URL and API_TOKEN for a deployed one. ${error.message}`);
  });
  return { url: urlOf(outputs.ApiUrl), token: outputs.ApiToken };
}

function urlOf(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw new UsageError(
    'API_URL must be an http(s) address, e.g. https://example.execute-api.eu-central-1.amazonaws.com/v0',
  );
}

/** The management API over HTTP. */
export const connectApi = ({ url, token }: ApiPlace, send: typeof fetch = fetch): ManagementApi => ({
  async ask(method, path, schema, body) {
    const request = {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    };
    const response = await send(`${url}${path}`, request).catch((error: unknown) => {
      throw new ApiFailure(`The API at ${url} does not answer (${causeOf(error)}).${ifLocal(url)}`);
    });
    const answer = parseJson(await response.text());
    if (!response.ok) throw new ApiFailure(refusalOf(response, answer), response.status);
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new ApiFailure(
      `The API at ${url} answers ${path} with something else. Is it of the same version as this command?`,
    );
  },
});

const relaysAnswer = z.object({ relays: z.array(z.object({ id: z.string(), name: z.string() })) });
type NamedRelay = z.output<typeof relaysAnswer>['relays'][number];

/** All relays, at least one. Throws UsageError where there is none. */
export async function someRelays(api: ManagementApi): Promise<NamedRelay[]> {
  const relays = await listRelays(api);
  if (relays.length === 0) throw new UsageError('There is no relay yet');
  return relays;
}

export const listRelays = async (api: ManagementApi): Promise<NamedRelay[]> =>
  (await api.ask('GET', '/relay', relaysAnswer)).relays;

function refusalOf({ status, headers }: Response, answer: unknown): string {
  if (status === 401) return 'The API refuses the token. npm run token makes another one.';
  const refused = errorBodySchema.safeParse(answer);
  const request = `request ${headers.get('x-request-id') ?? 'unknown'}`;
  if (!refused.success || status >= 500) return `The API failed (${status}, ${request}); its log says why.`;
  const { message, issues = [] } = refused.data.error;
  return [message, ...issues.map(issueText)].join('\n');
}

const issueText = ({ path, message, suggestion }: ApiIssue): string =>
  `  ${path.join('.')} ${message}${suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}`;

const ifLocal = (url: string): string =>
  new URL(url).hostname === '127.0.0.1' ? ' Is the local stack running (npm start)?' : '';

/** `fetch` says only that it failed; why, its cause says. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
