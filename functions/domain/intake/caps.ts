import { cut } from '../text/cut.ts';
import type { Json, JsonObject } from './json.ts';
import { cutVisibly } from './text.ts';

/**
 * What one alert may hold at most, in UTF-16 units, each at most 3 bytes of UTF-8: message 16,000, labels 16,000, links
 * 20,000 and metadata 64,000 are 348 KB, so an alert fits into one DynamoDB item (400 KB). Labels and metadata are
 * counted as JSON text. What is cut says so in the text, what is left out is counted in the alert's metadata.
 */
export const caps = {
  message: 16_000,
  labels: 16_000,
  metadata: 64_000,
  /** Of one text within labels or metadata. */
  value: 4_000,
  name: 255,
  links: 10,
  linkAddress: 2_000,
} as const;

/** Characters that are left to be given away, and how many entries found no place. */
interface Budget {
  characters: number;
  leftOut: number;
}

export const budgetOf = (characters: number): Budget => ({ characters, leftOut: 0 });

/** The entries that the budget holds, in their order; names and texts are cut one by one before. */
export const capTexts = (texts: Record<string, string>, budget: Budget): Record<string, string> =>
  capEntries(texts, budget, (text) => capText(text, budget));

/** Likewise at every depth. */
export const capObject = (object: JsonObject, budget: Budget): JsonObject =>
  capEntries(object, budget, (value) => capValue(value, budget));

function capEntries<Value>(
  object: Record<string, Value>,
  budget: Budget,
  cap: (value: Value) => Value | undefined,
): Record<string, Value> {
  const entries: [string, Value][] = [];
  for (const [name, value] of Object.entries(object)) {
    const shortName = cut(name, caps.name);
    // With its colon and comma.
    if (!spend(budget, JSON.stringify(shortName).length + 2)) continue;
    const kept = cap(value);
    if (kept !== undefined) entries.push([shortName, kept]);
  }
  return Object.fromEntries(entries);
}

function capValue(value: Json, budget: Budget): Json | undefined {
  if (typeof value === 'string') return capText(value, budget);
  if (typeof value !== 'object' || value === null) {
    return spend(budget, JSON.stringify(value).length) ? value : undefined;
  }
  if (!spend(budget, 2)) return undefined;
  if (!Array.isArray(value)) return capObject(value, budget);
  const items: Json[] = [];
  for (const item of value) {
    const kept = capValue(item, budget);
    if (kept !== undefined) items.push(kept);
  }
  return items;
}

function capText(text: string, budget: Budget): string | undefined {
  const short = cutVisibly(text, caps.value);
  return spend(budget, JSON.stringify(short).length) ? short : undefined;
}

function spend(budget: Budget, characters: number): boolean {
  if (characters > budget.characters) {
    budget.leftOut++;
    return false;
  }
  budget.characters -= characters;
  return true;
}

/** The addresses that a browser would open, and whatever else was given as a link. */
export function splitLinks(links: Record<string, string>): {
  links: Record<string, string>;
  others: Record<string, string>;
} {
  const kept: [string, string][] = [];
  const others: [string, string][] = [];
  for (const [name, address] of Object.entries(links)) {
    const isLink = /^https?:\/\/\S+$/i.test(address) && address.length <= caps.linkAddress;
    if (isLink && name.length <= caps.name && kept.length < caps.links) kept.push([name, address]);
    else if (address !== '') others.push([name, address]);
  }
  return { links: Object.fromEntries(kept), others: Object.fromEntries(others) };
}
