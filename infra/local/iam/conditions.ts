import { z } from 'zod';
import { matchesPattern } from './pattern.ts';

/** Keys that a condition may ask for. A call brings the values of those that it has. */
const keys = ['aws:SecureTransport', 'aws:SourceArn', 'dynamodb:LeadingKeys', 's3:if-none-match'] as const;
type Key = (typeof keys)[number];

/** Values by key. `unknown`: the call has some, and what they are is not read here. */
export type Context = Partial<Record<Key, string[] | 'unknown'>>;

type Compare = (wanted: string, value: string) => boolean;
const operators: Record<string, Compare> = {
  StringEquals: (wanted, value) => wanted === value,
  StringLike: matchesPattern,
  // In IAM both take wildcards.
  ArnEquals: matchesPattern,
  ArnLike: matchesPattern,
  Bool: (wanted, value) => wanted === value,
};

const FOR_ALL = 'ForAllValues:';
/** Asks whether the call has the key at all: `true` where it has to be absent. */
const NULL = 'Null';

interface Condition {
  operator: string;
  key: Key;
  wanted: string[];
}

const valuesSchema = z.record(
  z.enum(keys),
  z.union([z.array(z.string()), z.union([z.string(), z.boolean()]).transform((value) => [String(value)])]).optional(),
);

/** The conditions of a statement, all of which have to hold. An operator or a key that is not known is an error. */
export const conditionsSchema = z.record(z.string(), valuesSchema).transform((blocks, { addIssue }) =>
  Object.entries(blocks).flatMap(([operator, values]) => {
    if (operator !== NULL && !(withoutPrefix(operator) in operators))
      addIssue(`the operator ${operator} is not known here`);
    return keys.flatMap((key): Condition[] => (values[key] ? [{ operator, key, wanted: values[key] }] : []));
  }),
);

/** ForAllValues holds also where the call has no value of the key, as in IAM. */
export function holds({ operator, key, wanted }: Condition, context: Context): boolean {
  const values = context[key];
  if (operator === NULL) return wanted.includes(String(values === undefined));
  if (values === 'unknown') throw new Error(`${operator} asks for ${key}, which is not read of this call here`);
  const compare = operators[withoutPrefix(operator)];
  const fits = (value: string) => wanted.some((each) => compare?.(each, value));
  return operator.startsWith(FOR_ALL) ? (values ?? []).every(fits) : (values ?? []).some(fits);
}

const withoutPrefix = (operator: string): string =>
  operator.startsWith(FOR_ALL) ? operator.slice(FOR_ALL.length) : operator;
