import { html, type Markup } from './markup.ts';

/** Turns the order of letters around, joins or hides them, or is no character of its own: named in its place. */
const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u;
const all = new RegExp(hidden, 'gu');

/** Code as a reviewer has to see it: characters that cannot be seen are named, such as `U+202E`. Tabs stay. */
export function visibleCode(text: string): (string | Markup)[] {
  if (!hidden.test(text)) return [text];
  const shown: (string | Markup)[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(all)) {
    if (character === '\t') continue;
    shown.push(text.slice(from, index), named(character));
    from = index + character.length;
  }
  return [...shown, text.slice(from)];
}

function named(character: string): Markup {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return html`<b class="hidden">U+${code}</b>`;
}
