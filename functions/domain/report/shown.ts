import { html, type Markup } from './markup.ts';

/** Turns the order of letters around, joins or hides them, or is no character of its own: named in its place. */
const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u;
const all = new RegExp(hidden, 'gu');
/** Turns the order of all letters behind it around, those of an address beside it among them; of a row the first. */
const turning = /[\u202a-\u202e\u2066-\u2069]+/gu;

/** Code as a reviewer has to see it: characters that cannot be seen are named, such as `U+202E`. Tabs stay. */
export const visibleCode = (text: string): (string | Markup)[] => (hidden.test(text) ? withNames(text, all) : [text]);

/** Lines stay; all else that cannot be seen is named. */
export const visibleCodeLines = (text: string): (string | Markup | false)[] =>
  text
    .trimEnd()
    .split('\n')
    .flatMap((line, index) => [index > 0 && '\n', ...visibleCode(line)]);

/** Prose: what joins letters or pictures stays, and what turns them around is named. */
export const visibleText = (text: string): (string | Markup)[] => withNames(text, turning);

function withNames(text: string, named: RegExp): (string | Markup)[] {
  const shown: (string | Markup)[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(named)) {
    if (character === '\t') continue;
    shown.push(text.slice(from, index), nameOf(character));
    from = index + character.length;
  }
  return [...shown, text.slice(from)];
}

function nameOf(character: string): Markup {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return html`<b class="hidden">U+${code}</b>`;
}
