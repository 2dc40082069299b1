import * as z from 'zod/mini';
import type { $ZodError } from 'zod/v4/core';
import type { JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import type { Issue } from './refusal.ts';

/** One shape of payload. Each has a file of its own and a line in `formats.ts`. */
export interface Format {
  /** Stands in deliveries and alerts, e.g. `alertmanager`. */
  name: string;
  /** For a refusal: the sender's option that may have caused it. */
  hint?: string;
  /** True if the body is meant to be of this format, right or wrong. Not asked where the webhook pins the format. */
  recognises(body: JsonObject): boolean;
  /**
   * An entry per incident that the body speaks of, in its order; or what is wrong with the body; or that it needs no
   * alert.
   */
  read(body: JsonObject): ParsedFormat;
  /** The sender's own id of what it sends: the same when it sends the same once more. */
  deliveryKey?(body: JsonObject): string | undefined;
}
/** `hint`: in the place of the format's own. */
export type ParsedFormat = { drafts: Draft[] } | { issues: Issue[]; hint?: string } | { nothing: Nothing };

/** Why a body that is in order speaks of no alert. Answered 2xx, for the sender has done nothing wrong. */
export interface Nothing {
  code: 'ping' | 'installation' | 'no_incident' | 'no_change' | 'muted' | 'ignored';
  /** For a person. */
  message: string;
}

/** A body without which no alert can be told from another. */
export const lacks = (path: (string | number)[], expected: string): { issues: Issue[] } => ({
  issues: [{ path, code: 'invalid_value', message: `must be ${expected}` }],
});

/** More tell a sender nothing new. */
const MAX_ISSUES = 20;

export const issuesOf = ({ issues }: $ZodError): Issue[] =>
  issues.slice(0, MAX_ISSUES).map(({ path, code, message }) => ({
    path: path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
    code,
    message,
  }));

/** An optional field as templates fill it: numbers count as text; null and blank as absent. */
export const optionalTextSchema = z.pipe(
  z.nullish(z.union([z.string(), z.number(), z.boolean()], 'must be text')),
  z.transform((value) => (value === null || value === undefined || `${value}`.trim() === '' ? undefined : `${value}`)),
);

/** The fields of `object` that are not in `known`. */
export const fieldsBeside = (object: JsonObject, known: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !known.includes(name)));
