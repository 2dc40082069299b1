import { linearPattern } from '../text/linear-pattern.ts';
import { oneLine, visibleLines } from '../text/untrusted-text.ts';
import type { Alert } from './alert.ts';
import { withoutKey } from './fingerprint.ts';

type Redact = (text: string) => string;

/** In place of what a team does not send to a model. */
const REDACTED = '[redacted]';

/**
 * The alert without what the patterns of its rule find in any of its texts: title, message, names, labels, links and
 * metadata, at every depth. Looked for in what can be seen, as the model is given it.
 */
export function redactAlert(alert: Alert, patterns: readonly string[] = []): Alert {
  if (patterns.length === 0) return alert;
  const redact = redactorOf(patterns);
  const line: Redact = (text) => redact(oneLine(text));
  const { service, environment, message } = alert;
  return {
    ...alert,
    title: line(alert.title) || REDACTED,
    source: line(alert.source),
    ...(line(alert.fingerprint) !== alert.fingerprint && { fingerprint: withoutKey(alert.fingerprint) }),
    ...(service !== undefined && { service: line(service) }),
    ...(environment !== undefined && { environment: line(environment) }),
    ...(message !== undefined && { message: redact(visibleLines(message)) }),
    labels: entries(alert.labels, line, line),
    links: entries(alert.links, line, line),
    metadata: entries(alert.metadata, line, (value) => redacted(value, line)),
  };
}

/** Of one text by the patterns of a rule. */
export const redactText = (text: string, patterns: readonly string[] = []): string =>
  patterns.length === 0 ? text : redactorOf(patterns)(oneLine(text));

/** The same of a text whose lines are to stay. */
export const redactLines = (text: string, patterns: readonly string[] = []): string =>
  patterns.length === 0 ? text : redactorOf(patterns)(visibleLines(text));

function redactorOf(patterns: readonly string[]): Redact {
  const compiled = patterns.map(linearPattern);
  return (text) => {
    const characters = [...text];
    const codes = characters.map((character) => character.codePointAt(0) ?? 0);
    const marks = compiled.map((pattern) => pattern.marks(codes));
    const isMarked = (at: number) => marks.some((each) => each[at]);
    return characters
      .map((character, at) => {
        if (!isMarked(at)) return character;
        return at > 0 && isMarked(at - 1) ? '' : REDACTED;
      })
      .join('');
  };
}

const entries = <Value>(record: Record<string, Value>, name: Redact, of: (value: Value) => Value) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [name(key), of(value)]));

/** Numbers as well: the digits of a card are one. */
function redacted(value: unknown, line: Redact): unknown {
  if (typeof value === 'string') return line(value);
  if (typeof value === 'number') return line(`${value}`) === `${value}` ? value : line(`${value}`);
  if (Array.isArray(value)) return value.map((each) => redacted(each, line));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [line(key), redacted(each, line)]));
  }
  return value;
}
