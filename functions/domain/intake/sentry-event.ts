import type { Json, JsonObject } from './json.ts';
import { listOf, objectOf, textOf } from './path.ts';

/** Tags that tell of a person. */
const PERSONAL = /^(user|ip|ip_address|client_ip|email|username)($|\.)/i;
/** The frames nearest to the error: more tells an agent little, and takes the place of other words. */
const MAX_FRAMES = 30;
const MAX_EXCEPTIONS = 5;

/** Tags, sent as pairs or as objects with `key` and `value`, without those that tell of a person. */
export function sentryLabels(tags: Json[]): Record<string, string> {
  const labels = tags.flatMap((tag): [string, string][] => {
    const [name, value] = Array.isArray(tag) ? tag : [objectOf(tag).key, objectOf(tag).value];
    const [key, text] = [textOf(name), textOf(value)];
    return key === undefined || text === undefined || key === '__proto__' || PERSONAL.test(key) ? [] : [[key, text]];
  });
  return Object.fromEntries(labels);
}

/**
 * The exceptions of an event with their frames, the innermost first. Sentry sends the oldest frame first. The values of
 * variables are left out: they hold whatever the program held.
 */
export function stackOf(event: JsonObject): string | undefined {
  const exceptions = listOf(objectOf(event.exception).values).slice(-MAX_EXCEPTIONS).reverse();
  const lines = exceptions.flatMap((exception) => {
    const { type, value, stacktrace } = objectOf(exception);
    const frames = listOf(objectOf(stacktrace).frames).slice(-MAX_FRAMES).reverse();
    const head = [textOf(type), textOf(value)].filter((part) => part !== undefined).join(': ');
    return [head, ...frames.map(lineOf)].filter((line) => line !== '');
  });
  return lines.length > 0 ? lines.join('\n') : undefined;
}

function lineOf(frame: Json): string {
  const { function: called, filename, abs_path: path, lineno, colno } = objectOf(frame);
  const position = [textOf(filename) ?? textOf(path), textOf(lineno), textOf(colno)].filter(
    (part) => part !== undefined,
  );
  const name = textOf(called);
  return name === undefined && position.length === 0 ? '' : `  at ${name ?? '?'} (${position.join(':')})`;
}

/**
 * What an event says in words, each once: of an issue that is no exception (uptime, cron, metric, a captured message)
 * it is all that there is.
 */
export function wordsOf(event: JsonObject, title: string | undefined): string[] {
  const occurrence = objectOf(event.occurrence);
  const evidence = listOf(occurrence.evidenceDisplay).flatMap((each) => {
    const { name, value } = objectOf(each);
    const text = textOf(value);
    return text === undefined ? [] : [[textOf(name), text].filter((part) => part !== undefined).join(': ')];
  });
  const entry = objectOf(event.logentry);
  const said = [
    textOf(occurrence.subtitle),
    evidence.length > 0 ? evidence.join('\n') : undefined,
    textOf(entry.formatted) ?? textOf(entry.message),
    textOf(event.message),
  ].filter((text) => text !== undefined);
  return [...new Set(said)].filter((text) => text !== title);
}

/** The project in an address of Sentry's API, `…/api/0/projects/<organization>/<project>/events/…`. */
export const slugIn = (address: string | undefined): string | undefined =>
  /\/projects\/[^/]+\/([^/]+)\//.exec(address ?? '')?.[1];
