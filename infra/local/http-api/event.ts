import { randomUUID } from 'node:crypto';
import type { RouteMatch } from './routes.ts';

/** A request as it came over the wire. */
export interface HttpRequest {
  method: string;
  /** Path and query as sent. */
  target: string;
  httpVersion: string;
  /** Names and values in turn, as Node gives them. */
  rawHeaders: string[];
  body: Buffer;
  sourceIp: string;
}

export interface ApiIdentity {
  apiId: string;
  account: string;
  stage: string;
}

/**
 * The content types whose body API Gateway hands on as text. The documentation does not list them; users found that
 * everything else is base64, also form data and a body without a type (ministackorg/ministack pull request 766).
 */
const TEXT = /^\s*(text\/[^;]*|application\/(json|xml|javascript))\s*(;|$)/i;

/** The path as routes are matched with: an HTTP API decodes it, and hands it on like that. */
export function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '/';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The event of payload format 2.0. `receivedAt` in epoch milliseconds. */
export function eventOf(request: HttpRequest, match: RouteMatch, identity: ApiIdentity, receivedAt: number) {
  const { method, target, httpVersion, body, sourceIp } = request;
  const rawPath = pathOf(target);
  const question = target.indexOf('?');
  const rawQueryString = question < 0 ? '' : target.slice(question + 1);
  const { headers, cookies } = headersOf(request);
  const query = joined(new URLSearchParams(rawQueryString));
  const isText = TEXT.test(headers['content-type'] ?? '');
  const routeKey = match.route.key;
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    requestContext: {
      accountId: identity.account,
      apiId: identity.apiId,
      domainName: headers.host ?? '127.0.0.1',
      domainPrefix: identity.apiId,
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: identity.stage,
      time: requestTime(receivedAt),
      timeEpoch: receivedAt,
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function headersOf({ rawHeaders, sourceIp }: HttpRequest) {
  const pairs: [string, string][] = [];
  const cookies: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/;\s*/));
    else pairs.push([name, value]);
  }
  pairs.push(['x-forwarded-for', sourceIp], ['x-forwarded-proto', 'http']);
  return { headers: joined(pairs), cookies };
}

/** Several values of one name are one, with commas. */
function joined(pairs: Iterable<[string, string]>): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(values);
}

/** As in access logs: 12/Mar/2026:19:03:58 +0000. */
function requestTime(ms: number): string {
  const [, day, month, year, time] = /(\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(ms).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
