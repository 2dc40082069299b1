import { randomUUID } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '../http.ts';

/** The service that a signed request is meant for, in small letters; undefined without a signature. */
export const serviceOf = ({ headers }: Pick<HttpRequest, 'headers'>): string | undefined =>
  /Credential=[^/]*\/\d+\/[^/]*\/([\w-]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1];

/** A refusal in REST and JSON, by the exception's name. */
export const restRefusal = (status: number, type: string, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), 'x-amzn-errortype': type },
  body: JSON.stringify({ Type: 'User', Message: message, message }),
});

/** Names service, method and path: a REST request has no other name for what it asks. */
export const notServed = (service: string, { method, path }: Pick<HttpRequest, 'method' | 'path'>): HttpAnswer =>
  restRefusal(404, 'UnknownOperationException', `${service} has no operation ${method} ${path} here`);
