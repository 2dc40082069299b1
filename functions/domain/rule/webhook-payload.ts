import { fitJson, fitText, jsonBytes } from '../text/fit-json.ts';
import { namesIn, placeholderPattern, placeholderProblem } from '../text/placeholders.ts';

/** Of the body of a call, whatever the alert holds: a message of a queue has 1 MiB. */
export const MOST_BODY_BYTES = 200_000;
/** Of a payload as it is written: it leaves each of the most placeholders 1,400 bytes and more. */
const PAYLOAD_BYTES = 32_000;
const MOST_PLACEHOLDERS = 100;
const MOST_LEVELS = 20;
/** Of one value, even where there is more room. */
const VALUE_BYTES = 65_536;

/** What a payload may name. */
const placeholders = [
  'alert',
  'alert.id',
  'alert.title',
  'alert.message',
  'alert.severity',
  'alert.source',
  'alert.service',
  'alert.environment',
  'alert.externalId',
  'alert.fingerprint',
  'alert.startsAt',
  'alert.createdAt',
  'alert.labels',
  'alert.links',
  'alert.metadata',
  'relay',
  'relay.id',
  'relay.name',
  'rule',
  'rule.id',
  'rule.name',
  'rule.round',
  'decision',
  'decision.reason',
  'decision.sentence',
  'outcome',
  'outcome.ruleName',
  'outcome.outcome',
  'outcome.cause',
  'outcome.costUsd',
  'outcome.sessionUrl',
] as const;
type PayloadPlaceholder = (typeof placeholders)[number];

/**
 * What stands behind the placeholders: `alert.title` is the field `title` of `alert`. A part that is not there is null.
 */
export type PayloadParts = Record<'alert' | 'relay' | 'rule' | 'decision' | 'outcome', Record<string, unknown> | null>;

/** What stands in place of a payload that the rule does not give. */
export const defaultPayload = {
  type: 'alert',
  alert: '{{alert}}',
  relay: '{{relay}}',
  rule: '{{rule}}',
  decision: '{{decision}}',
  outcome: '{{outcome}}',
} as const;

/** What is wrong with a payload, in one sentence for its author; undefined if nothing is. */
export function payloadProblem(payload: Record<string, unknown>): { message: string; path: string[] } | undefined {
  // First, for what follows goes down into it.
  if (levelsOf(payload) > MOST_LEVELS) return { message: `must have ${MOST_LEVELS} levels at most`, path: [] };
  if (jsonBytes(payload) > PAYLOAD_BYTES) return { message: `must have ${PAYLOAD_BYTES} bytes at most`, path: [] };
  const texts = textsIn(payload, []);
  const wrongKey = texts.find(({ path }) => path.some((key) => key.includes('{{')));
  if (wrongKey) return { message: 'must not carry placeholders in its names, only in its values', path: [] };
  for (const { text, path } of texts) {
    const message = placeholderProblem(text, placeholders);
    if (message !== undefined) return { message, path };
  }
  const count = texts.reduce((sum, { text }) => sum + namesIn(text).length, 0);
  if (count > MOST_PLACEHOLDERS) return { message: `must have ${MOST_PLACEHOLDERS} placeholders at most`, path: [] };
  return undefined;
}

/**
 * The body of a call, as JSON text of `MOST_BODY_BYTES` at most. A text that is one placeholder becomes its value, of
 * whatever type; within other text it becomes text. What is put in is not looked at again, and never changes what
 * stands around it.
 */
export function fillPayload(payload: Record<string, unknown>, parts: PayloadParts): string {
  const count = textsIn(payload, []).reduce((sum, { text }) => sum + namesIn(text).length, 0);
  const room = Math.min(VALUE_BYTES, Math.floor((MOST_BODY_BYTES - jsonBytes(payload)) / Math.max(count, 1)));
  // Each value is cut once, however often it is named: cutting a large alert a hundred times takes seconds.
  const asValue = remembered((name) => fitJson(behind(name, parts), room));
  const asWords = remembered((name) => fitText(asText(behind(name, parts)), room));
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return fillText(value, asValue, asWords);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]));
  };
  return JSON.stringify(fill(payload));
}

function fillText(
  text: string,
  asValue: (name: PayloadPlaceholder) => unknown,
  asWords: (name: PayloadPlaceholder) => string,
): unknown {
  const [only] = namesIn(text);
  if (only !== undefined && isPlaceholder(only) && /^\{\{[^{}]*\}\}$/.test(text)) return asValue(only);
  return text.replace(placeholderPattern, (written, inner: string) => {
    const name = inner.trim();
    return isPlaceholder(name) ? asWords(name) : written;
  });
}

function remembered<T>(make: (name: PayloadPlaceholder) => T): (name: PayloadPlaceholder) => T {
  const made = new Map<PayloadPlaceholder, { value: T }>();
  return (name) => {
    const entry = made.get(name) ?? { value: make(name) };
    made.set(name, entry);
    return entry.value;
  };
}

const isPlaceholder = (name: string): name is PayloadPlaceholder => placeholders.some((each) => each === name);

function behind(placeholder: PayloadPlaceholder, parts: PayloadParts): unknown {
  const [part, field] = placeholder.split('.');
  const whole = Object.entries(parts).find(([name]) => name === part)?.[1] ?? null;
  return field === undefined || whole === null ? whole : (whole[field] ?? null);
}

const asText = (value: unknown): string => {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

function textsIn(value: unknown, path: string[]): { text: string; path: string[] }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, [...path, key]));
}

/** Level by level, not in depth: a nesting that no stack is deep enough for is what it is there to find. */
function levelsOf(value: unknown): number {
  let levels = 0;
  let level: unknown[] = [value];
  while (level.length > 0 && levels <= MOST_LEVELS) {
    levels += 1;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return levels;
}
