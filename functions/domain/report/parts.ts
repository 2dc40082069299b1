import { reportLimits } from './limits.ts';
import { html, type Markup } from './markup.ts';

type Shown = Markup | string | number | null | undefined | false;

/** A part of the page under its heading. */
export const section = (id: string, heading: string, content: Shown | Shown[]): Markup =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>\n${content}</section>\n`;

/** Names and what they stand for, without those that stand for nothing. */
export function facts(rows: readonly (readonly [name: string, value: Shown])[]): Markup {
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '');
  return html`<dl>${known.map(([name, value]) => html`<div><dt>${name}</dt> <dd>${value}</dd></div>\n`)}</dl>`;
}

/** The first entries of a list, how many are not shown and where they are; null for an empty one. */
export function list<Entry>(
  entries: readonly Entry[],
  view: (entry: Entry) => Shown | Shown[],
  whole = 'manifest.json beside this page',
): Markup | null {
  if (entries.length === 0) return null;
  const { rows } = reportLimits;
  const left = entries.length - rows;
  const more = left > 0 && html`<li class="cut">${left} more: ${whole} has all.</li>`;
  return html`<ul>${entries.slice(0, rows).map((entry) => html`<li>${view(entry)}</li>\n`)}${more}</ul>`;
}
