import * as z from 'zod';
import type { Access } from './api-tokens.ts';

/** What the management API answers where it does not do what it was asked for. Codes are for programs, and stay. */
const apiErrorCodes = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'body_too_large',
  'too_many_requests',
  'not_supported',
  'internal',
] as const;
export type ApiErrorCode = (typeof apiErrorCodes)[number];

/** One thing that is wrong with a request. `suggestion` is a name that was probably meant. */
const issueSchema = z.strictObject({
  path: z.array(z.union([z.string(), z.int()])),
  code: z.string(),
  message: z.string(),
  suggestion: z.string().optional(),
});
export type ApiIssue = z.infer<typeof issueSchema>;

/** The one shape of every refusal, as the SDK reads it. */
export const errorBodySchema = z.strictObject({
  error: z.strictObject({ code: z.enum(apiErrorCodes), message: z.string(), issues: z.array(issueSchema).optional() }),
});

/** An authorized request, read off the wire. */
export interface ApiRequest {
  method: string;
  /** As sent, with its prefix: `/v0/relay/rly_1`. */
  path: string;
  /** Without the question mark. */
  query: string;
  /** The body's text, unparsed; empty where there is none. */
  body: string;
  /** Name of the caller's token. */
  caller: string;
  access: Access;
}

export interface ApiAnswer {
  status: number;
  /** JSON text. */
  body: string;
  headers?: Record<string, string>;
  /** Pattern of the route, for the log: a path itself may hold anything. */
  route: string;
}

/** A refusal as JSON. */
export const errorBody = (code: ApiErrorCode, message: string, issues?: ApiIssue[]): string => {
  const body: z.infer<typeof errorBodySchema> = { error: { code, message, ...(issues && { issues }) } };
  return JSON.stringify(body);
};
