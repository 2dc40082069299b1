import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { System } from './system.ts';

/** Where people look who may not read alerts, by the folders of a stack's data. */
const places = {
  executions: /^aws\/executions\//,
  events: /^aws\/events\//,
  logs: /^logs\//,
  audit: /^aws\/buckets\/[^/]*audit/i,
} as const;
type Place = keyof typeof places;

const isIn = (file: string, place: Place): boolean => places[place].test(file.split(sep).join('/'));

/**
 * What a stack has written where people look: executions with their histories, events, logs (metrics are lines of them)
 * and audit records, by place and file.
 */
export async function whatPeopleSee(system: Pick<System, 'dataDirectory'>): Promise<Map<Place, Map<string, string>>> {
  const entries = await readdir(system.dataDirectory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(system.dataDirectory.length + 1));
  const seen = new Map<Place, Map<string, string>>();
  for (const place of ['executions', 'events', 'logs', 'audit'] as const) {
    const texts = new Map<string, string>();
    for (const file of files.filter((each) => isIn(each, place))) {
      texts.set(file, await readFile(join(system.dataDirectory, file), 'utf8').catch(() => ''));
    }
    seen.set(place, texts);
  }
  return seen;
}

/** Each place where the needle stands, with the text around it. */
export function findingsOf(seen: Map<Place, Map<string, string>>, needle: string): string[] {
  return [...seen].flatMap(([place, texts]) =>
    [...texts].flatMap(([file, text]) => {
      const at = text.indexOf(needle);
      return at < 0 ? [] : [`${place} ${file}: …${text.slice(Math.max(0, at - 60), at + needle.length + 20)}…`];
    }),
  );
}
