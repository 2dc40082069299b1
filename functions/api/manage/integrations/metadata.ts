import * as z from 'zod';
import { limits } from '../../../contract/limits.ts';
import { integrationLimitSchemas } from '../../../domain/rule/budget.ts';
import { originProblem } from '../../../domain/rule/rule.ts';
import { hasControlCharacters } from '../fields.ts';
import { headerProblems } from './headers.ts';

/** Of the JSON text. Metadata is a few words about a server; with its row it has to stay far below 400 KiB. */
const MAX_CHARACTERS = 8_000;
const MAX_DEPTH = 8;
const MAX_USERNAME_CHARACTERS = 255;
const MAX_ORIGINS = 20;

/** Fields whose name says that they hold a password. Metadata is stored and answered in clear. */
const secretName = /(password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|authorization)$/;

/**
 * Free data of an integration. What means something here: `username`, for Basic auth, `origins`, where the password may
 * go, and the limits of the integration's sessions.
 */
export const metadataSchema = z.record(z.string(), z.unknown()).superRefine((metadata, context) => {
  const report = (message: string, path: (string | number)[] = []) =>
    context.addIssue({ code: 'custom', message, path });
  const problem = usernameProblem(metadata.username);
  if (problem) report(problem, ['username']);
  for (const [path, message] of originProblems(metadata.origins)) report(message, ['origins', ...path]);
  for (const [path, message] of headerProblems(metadata.headers)) report(message, ['headers', ...path]);
  for (const field of limitFields) {
    const wrong = limitProblem(field, metadata[field]);
    if (wrong) report(wrong, [field]);
  }
  // Values of headers are stored apart, and never answered.
  const { headers: _, ...shown } = metadata;
  const { secret, tooDeep } = look(shown);
  if (secret) report('looks like a password. Give it as apiKey: metadata is stored and answered in clear', secret);
  if (tooDeep) report(`must be nested at most ${MAX_DEPTH} deep`);
  else if (JSON.stringify(shown).length > MAX_CHARACTERS) report(`must have at most ${MAX_CHARACTERS} characters`);
});

function usernameProblem(username: unknown): string | undefined {
  if (username === undefined) return undefined;
  if (typeof username !== 'string' || username === '') return 'must be a string of at least one character';
  if (username.length > MAX_USERNAME_CHARACTERS) return `must have at most ${MAX_USERNAME_CHARACTERS} characters`;
  if (username.includes(':')) return 'must not contain a colon: Basic auth ends the user name at the first one';
  return hasControlCharacters(username) ? 'must not contain control characters' : undefined;
}

const originsSchema = z.array(z.string()).min(1).max(MAX_ORIGINS);

function originProblems(origins: unknown): [path: number[], message: string][] {
  if (origins === undefined) return [];
  const { data } = originsSchema.safeParse(origins);
  if (!data)
    return [[[], `must be a list of 1 to ${MAX_ORIGINS} origins, such as https://opencode.internal.corp:4096`]];
  return data.flatMap((origin, index) => {
    const message = originProblem(origin);
    return message === undefined ? [] : [[[index], message]];
  });
}

const limitFields = ['maxConcurrentSessions', 'maxSessionsPerDay', 'maxCostUsdPerDay'] as const;

function limitProblem(field: (typeof limitFields)[number], value: unknown): string | undefined {
  const schema = integrationLimitSchemas[field];
  if (value === undefined || schema.safeParse(value).success) return undefined;
  const { min, max } = ranges[field];
  const kind = field === 'maxCostUsdPerDay' ? 'an amount in US dollars' : 'a whole number';
  return `must be ${kind} from ${min} to ${max}, or be left out where there is no limit`;
}

const ranges = {
  maxConcurrentSessions: limits.concurrentSessions,
  maxSessionsPerDay: limits.sessionsPerDay,
  maxCostUsdPerDay: limits.costUsd,
};

/** Walks without recursion: a body of 256 KiB can be nested 100,000 deep. */
function look(metadata: object): { secret: string[] | undefined; tooDeep: boolean } {
  const waiting: { value: object; path: string[] }[] = [{ value: metadata, path: [] }];
  let secret: string[] | undefined;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.path.length >= MAX_DEPTH) return { secret, tooDeep: true };
    for (const [name, value] of Object.entries(next.value)) {
      const path = [...next.path, name];
      if (!Array.isArray(next.value) && secretName.test(name.toLowerCase().replace(/[^a-z]/g, ''))) secret ??= path;
      if (typeof value === 'object' && value !== null) waiting.push({ value, path });
    }
  }
  return { secret, tooDeep: false };
}
