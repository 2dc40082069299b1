import { AwsError } from '../error.ts';

type Test = (value: unknown) => boolean;

/**
 * EventBridge's event patterns: nested objects, lists of exact values, `prefix`, `exists` and `anything-but`. Throws
 * InvalidEventPatternException on anything else, as a pattern that is not understood must not match by chance.
 */
export function compilePattern(pattern: unknown): Test {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) throw invalid('a pattern is an object with fields');
  const fields = Object.entries(pattern).map(([name, wanted]): [string, Test] => {
    if (name.startsWith('$')) throw invalid(`${name} is not known here`);
    return [name, Array.isArray(wanted) ? compileValues(name, wanted) : compilePattern(wanted)];
  });
  const matches = (value: unknown) => fields.every(([name, test]) => test(isObject(value) ? value[name] : undefined));
  // A list matches by any of its members.
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

/** One of the values has to be the field's, or a member of the field's list. */
function compileValues(name: string, wanted: unknown[]): Test {
  if (wanted.length === 0) throw invalid(`${name} lists no value`);
  const tests = wanted.map((value) => (isObject(value) ? compileOperator(name, value) : exactly(name, value)));
  return (value) => {
    const candidates = Array.isArray(value) && value.length > 0 ? value : [value];
    return tests.some((test) => candidates.some(test));
  };
}

function exactly(name: string, wanted: unknown): Test {
  if (!isPlain(wanted)) throw invalid(`${name}: a value is text, a number, true, false or null`);
  return (value) => value === wanted;
}

function compileOperator(name: string, operation: Record<string, unknown>): Test {
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(operation);
  if (more.length > 0) throw invalid(`${name}: one operator at a time`);
  if (operator === 'prefix' && typeof operand === 'string') {
    return (value) => typeof value === 'string' && value.startsWith(operand);
  }
  if (operator === 'exists' && typeof operand === 'boolean') return (value) => (value !== undefined) === operand;
  if (operator === 'anything-but') {
    const refused = Array.isArray(operand) ? operand : [operand];
    if (refused.length > 0 && refused.every(isPlain)) return (value) => value !== undefined && !refused.includes(value);
  }
  throw invalid(`${name}: ${JSON.stringify(operation)} is not known here`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPlain = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);

const invalid = (reason: string) =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
