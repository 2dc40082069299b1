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

/** How many characters have to be put in, left out or replaced to make one word of the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, wanted] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + Number(character !== wanted);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
