import type { Json } from './json.ts';
import { textOf } from './path.ts';

/** Value of a tag that is only a name. */
const SET = 'true';

/**
 * Tags such as `env:production` as labels. What a name has several of is joined by commas, in order of the alphabet,
 * for senders do not keep an order.
 */
export function labelsOfTags(tags: Json[]): Record<string, string> {
  const values = new Map<string, Set<string>>();
  for (const tag of tags) {
    const text = textOf(tag)?.trim();
    if (text === undefined) continue;
    const colon = text.indexOf(':');
    const [name, value] = colon > 0 ? [text.slice(0, colon), text.slice(colon + 1)] : [text, SET];
    const known = values.get(name);
    if (known) known.add(value);
    else values.set(name, new Set([value]));
  }
  values.delete('__proto__');
  return Object.fromEntries([...values].map(([name, several]) => [name, [...several].sort().join(',')]));
}

/** Tags in one text, separated by commas. */
export const splitTags = (text: string | undefined): string[] => (text ?? '').split(',');
