import type * as z from 'zod';
import type { ApiIssue } from '../../contract/api.ts';
import { NOT_SUPPORTED } from './refusal.ts';
import { nearest, objectAt, suggestion } from './suggestion.ts';

/** Nobody reads more, and a body of 256 KiB can hold thousands. */
const MAX_ISSUES = 50;

type InputIssue = z.core.$ZodIssue;

/**
 * What is wrong with `input`, a sentence per field without its value: it may be a password. Where something asked for
 * is not supported, the rest is judged by the wrong rules and left out.
 */
export function issuesOf(error: z.ZodError, schema: z.ZodType, input: unknown): ApiIssue[] {
  const issues = error.issues.flatMap((issue) => describe(issue, schema, input));
  const unsupported = issues.filter(({ code }) => code === NOT_SUPPORTED);
  return (unsupported.length > 0 ? unsupported : issues).slice(0, MAX_ISSUES);
}

function describe(issue: InputIssue, schema: z.ZodType, input: unknown): ApiIssue[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const object = objectAt(schema, issue.path, input);
    return issue.keys.slice(0, MAX_ISSUES).map((key) => unknownField([...path, key], key, object));
  }
  const isMissing = issue.code === 'invalid_type' || issue.code === 'invalid_union';
  if (isMissing && valueAt(input, issue.path) === undefined) {
    return [{ path, code: 'required', message: 'is required.' }];
  }
  const message = sentence(path.length > 0 ? problem(issue) : `The body ${problem(issue)}`);
  const meant = meantBy(issue, valueAt(input, issue.path));
  return [{ path, code: codeOf(issue), message, ...(meant !== undefined && { suggestion: meant }) }];
}

/** A schema's own checks may name what is known, of which the value given is likely to be a misspelling. */
function meantBy(issue: InputIssue, given: unknown): string | undefined {
  const known: unknown = issue.code === 'custom' ? issue.params?.known : undefined;
  if (typeof given !== 'string' || !Array.isArray(known)) return undefined;
  return nearest(
    given,
    known.filter((name) => typeof name === 'string'),
  );
}

function unknownField(path: ApiIssue['path'], key: string, object: z.ZodObject | undefined): ApiIssue {
  const meant = object && suggestion(key, object);
  return { path, code: 'unknown_field', message: 'is not a known field.', ...(meant && { suggestion: meant }) };
}

/** A schema's own checks may name a code; zod's are used as they are. */
function codeOf(issue: InputIssue): string {
  const named: unknown = issue.code === 'custom' ? issue.params?.code : undefined;
  return typeof named === 'string' ? named : issue.code;
}

function problem(issue: InputIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_format':
      return 'prefix' in issue ? `must start with ${JSON.stringify(issue.prefix)}` : issue.message;
    default:
      return issue.message;
  }
}

function tooSmall({ origin, minimum }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'array') return `must have at least ${minimum} ${minimum === 1 ? 'entry' : 'entries'}`;
  if (origin !== 'string') return `must be at least ${minimum}`;
  return Number(minimum) === 1 ? 'must not be empty' : `must have at least ${minimum} characters`;
}

function tooBig({ origin, maximum }: z.core.$ZodIssueTooBig): string {
  if (origin === 'string') return `must have at most ${maximum} characters`;
  return origin === 'array' ? `must have at most ${maximum} entries` : `must be at most ${maximum}`;
}

const kinds: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  record: 'an object',
};

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return valueAt(Reflect.get(value, step), rest);
}
