import * as z from 'zod';
import { severities, severitySchema } from '../../contract/alert.ts';
import { globProblem } from '../text/glob.ts';
import { isMatchField, matchFields } from './match-fields.ts';
import { type TimeSpan, timeSchema } from './match-time.ts';

/** Nobody keeps more in his head, and each alert is asked all of them. */
const matchLimits = { depth: 8, conditions: 100, values: 100, characters: 255 } as const;

const forms = ['all', 'any', 'not', 'field', 'severity', 'time'] as const;
const operators = ['equals', 'oneOf', 'prefix', 'glob', 'exists'] as const;

type Scalar = string | number | boolean;

/**
 * Exactly one form each: `all`, `any`, `not`, `severity`, `time`, or `field` with one operator. The schema sees to it.
 */
export interface Match {
  all?: Match[] | undefined;
  any?: Match[] | undefined;
  not?: Match | undefined;
  field?: string | undefined;
  equals?: Scalar | undefined;
  oneOf?: Scalar[] | undefined;
  prefix?: string | undefined;
  glob?: string | undefined;
  exists?: boolean | undefined;
  ignoreCase?: boolean | undefined;
  severity?: { atLeast: (typeof severities)[number] } | undefined;
  time?: TimeSpan | undefined;
}

const text = z.string().min(1).max(matchLimits.characters);
const scalar = z.union(
  [text, z.number(), z.boolean()],
  `must be text of 1 to ${matchLimits.characters} characters, a number, true or false`,
);

const condition: z.ZodType<Match> = z
  .strictObject({
    get all() {
      return z.array(condition).min(1).max(matchLimits.conditions).optional();
    },
    get any() {
      return z.array(condition).min(1).max(matchLimits.conditions).optional();
    },
    get not() {
      return condition.optional();
    },
    field: text.optional(),
    equals: scalar.optional(),
    oneOf: z.array(scalar).min(1).max(matchLimits.values).optional(),
    prefix: text.optional(),
    glob: text
      .superRefine((pattern, context) => {
        const message = globProblem(pattern);
        if (message) context.addIssue({ code: 'custom', message });
      })
      .optional(),
    exists: z.boolean().optional(),
    ignoreCase: z.boolean().optional(),
    severity: z.strictObject({ atLeast: severitySchema }).optional(),
    time: timeSchema.optional(),
  })
  .superRefine((given, context) => {
    // A misspelt form or operator has an issue of its own.
    const isMisspelt = context.issues.some(({ code, path = [] }) => code === 'unrecognized_keys' && path.length === 0);
    for (const { known, ...problem } of isMisspelt ? [] : problemsOf(given)) {
      context.addIssue({ code: 'custom', ...problem, ...(known && { params: { known } }) });
    }
  })
  .meta({ id: 'Match', description: 'A condition: all, any, not, severity, time, or a field with one operator.' });

/** Which alerts a rule is for. The size is asked before anything else, so that no condition is too deep to be read. */
export const matchSchema = z.preprocess((given, context) => {
  const message = sizeProblem(given);
  if (message === undefined) return given;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}, condition);

interface Problem {
  message: string;
  path: (string | number)[];
  /** What could have been written instead. */
  known?: readonly string[];
}

function problemsOf(given: Match): Problem[] {
  const present = forms.filter((form) => given[form] !== undefined);
  const asked = operators.filter((operator) => given[operator] !== undefined);
  const options = [...asked, ...(given.ignoreCase === undefined ? [] : ['ignoreCase'])];
  if (present.length > 1) {
    return [problem(`has ${listed(present)} side by side: put each into an object of its own in an "all" list`)];
  }
  if (present.length === 0) {
    return [
      problem(options.length > 0 ? `has ${listed(options)} without "field"` : `must have one of ${listed(forms)}`),
    ];
  }
  if (present[0] === 'field') return fieldProblems(given, asked);
  return options.length > 0 ? [problem(`has ${listed(options)}, which belongs to "field"`)] : [];
}

function fieldProblems({ field = '', equals, oneOf, exists, ignoreCase }: Match, asked: string[]): Problem[] {
  const problems: Problem[] = [];
  if (!isMatchField(field)) {
    const message = `must be ${listed(matchFields, 'or')}, labels.<name> or metadata.<path>`;
    problems.push({ message, path: ['field'], known: matchFields });
  }
  if (asked.length !== 1) {
    problems.push(problem(`must have one of ${listed(operators)}${asked.length > 1 ? `, not ${listed(asked)}` : ''}`));
  }
  if (exists !== undefined && ignoreCase !== undefined)
    problems.push(problem('has ignoreCase, which "exists" cannot use'));
  if (field === 'severity') {
    if (equals !== undefined) problems.push(...severityProblems(equals, ['equals']));
    for (const [index, value] of (oneOf ?? []).entries()) problems.push(...severityProblems(value, ['oneOf', index]));
  }
  return problems;
}

/** A severity that there is not would never match, and say nothing of it. */
const severityProblems = (value: Scalar, path: (string | number)[]): Problem[] =>
  severities.some((severity) => severity === value)
    ? []
    : [{ message: `must be ${listed(severities, 'or')}`, path, known: severities }];

const problem = (message: string): Problem => ({ message, path: [] });

const listed = (names: readonly string[], word = 'and'): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;

/** Walks what may be no condition at all, without recursion: it may be nested without end. */
function sizeProblem(given: unknown): string | undefined {
  let level: unknown[] = [given];
  let conditions = 0;
  for (let depth = 1; level.length > 0; depth++) {
    conditions += level.length;
    if (depth > matchLimits.depth) return `must be nested at most ${matchLimits.depth} levels deep`;
    if (conditions > matchLimits.conditions) return `must have at most ${matchLimits.conditions} conditions`;
    level = level.flatMap(partsOf);
  }
  return undefined;
}

function partsOf(given: unknown): unknown[] {
  if (typeof given !== 'object' || given === null) return [];
  const member = (name: string): unknown => (Object.hasOwn(given, name) ? Reflect.get(given, name) : undefined);
  return [member('all'), member('any'), member('not')].flat().filter((part) => part !== undefined);
}
