import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ApiIssue, errorBodySchema } from '../../functions/contract/api.ts';
import { UsageError } from '../usage-error.ts';

/** Far above what the API needs, which answers within 10 s. */
const TIMEOUT_MS = 30_000;

/** What the API does not do, or why it could not be asked, in words for whoever gave the command. */
export class ApiFailure extends Error {
  /** Of the answer; undefined: there was none, or one of another shape. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

export interface ApiPlace {
  /** With its `/v0`. */
  url: string;
  token: string;
}

export interface ControlApi {
  /** The answer, as `schema` reads it. `path` is below `/v0`. Throws ApiFailure. */
  ask<Schema extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<z.output<Schema>>;
}

const localOutputs = z.object({ ApiUrl: z.string(), ApiToken: z.string() });

/** Address and token: from the environment, else those of the local stack that runs on the folder. */
export async function findApi(environment: Record<string, string | undefined>, folder: string): Promise<ApiPlace> {
  const { API_URL: url, API_TOKEN: token } = environment;
  if (url !== undefined && token !== undefined) return { url: urlOf(url), token };
  if (url !== undefined) throw new UsageError('API_TOKEN is missing: a token of the API, see npm run token');
  if (token !== undefined) throw new UsageError("API_URL is missing: the stack's output ApiUrl");
  const file = join(folder, 'outputs.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`Set API_URL and API_TOKEN, or start the local stack (npm start): there is no ${file}`);
  });
  const { ApiUrl, ApiToken } = localOutputs.parse(JSON.parse(text));
  return { url: urlOf(ApiUrl), token: ApiToken };
}

function urlOf(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw new UsageError(
    'API_URL must be an http(s) address, e.g. https://example.execute-api.eu-central-1.amazonaws.com/v0',
  );
}

/** The management API over HTTP. */
export const connectApi = ({ url, token }: ApiPlace, send: typeof fetch = fetch): ControlApi => ({
  async ask(method, path, schema, body) {
    const request = {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    };
    const response = await send(`${url}${path}`, request).catch((error: unknown) => {
      throw new ApiFailure(`The API at ${url} does not answer (${causeOf(error)}).`);
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

/** `fetch` says only that it failed; why, its cause says. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
