import { distance } from 'fastest-levenshtein';

/** `{{name}}` in a text that the author of a rule wrote. */
export const placeholderPattern = /\{\{([^{}]*)\}\}/g;

/** A longer distance is another word, not a slip. */
const SLIPS = 3;

const SHOWN_CHARACTERS = 40;

/** The names in a text, as often as they stand there, whether known or not. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(placeholderPattern)].map(([, name = '']) => name.trim());

/** What is wrong with the placeholders of a text, in one sentence for its author; undefined if nothing is. */
export function placeholderProblem(text: string, known: readonly string[]): string | undefined {
  const unknown = namesIn(text).find((name) => !known.includes(name));
  if (unknown !== undefined) return `has an unknown placeholder {{${shown(unknown)}}}: ${suggestion(unknown, known)}`;
  return text.replace(placeholderPattern, '').includes('{{') ? 'has a "{{" that no "}}" closes' : undefined;
}

const shown = (name: string): string =>
  name.length <= SHOWN_CHARACTERS ? name : `${name.slice(0, SHOWN_CHARACTERS)}…`;

function suggestion(name: string, known: readonly string[]): string {
  const word = name.slice(0, SHOWN_CHARACTERS).toLowerCase();
  // `title` means `alert.title`.
  const slipsTo = (each: string) =>
    Math.min(...[each, each.split('.').at(-1) ?? each].map((to) => distance(word, to.toLowerCase())));
  const [closest] = known.map((each) => ({ each, slips: slipsTo(each) })).sort((a, b) => a.slips - b.slips);
  if (closest && closest.slips <= SLIPS) return `did you mean {{${closest.each}}}?`;
  return `there are ${known.map((each) => `{{${each}}}`).join(', ')}`;
}
