import { head as beginning } from '../text/cut.ts';
import { type ChangedFile, type DiffLine, diffOf } from './diff.ts';
import { reportLimits } from './limits.ts';
import { html, type Markup } from './markup.ts';
import { visibleCode } from './shown.ts';

const signs: Record<DiffLine['kind'], string> = { context: ' ', added: '+', removed: '-', hunk: '', note: '' };

/** The lines of a change, each file under its name, and a sentence where not all of them are shown. */
export function diffView(patch: string, files: readonly ChangedFile[]): Markup {
  const { diffFiles, diffMarkup } = reportLimits;
  const views: Markup[] = [];
  let room = diffMarkup;
  for (const file of diffOf(patch, files.slice(0, diffFiles))) {
    const rows = rowsWithin(file.lines, room);
    room -= rows.reduce((sum, { text }) => sum + text.length, 0);
    views.push(fileView(file, { rows, left: file.lines.length - rows.length }));
    if (room <= 0) break;
  }
  const left = files.length - views.length;
  return html`${views}${left > 0 && html`<p class="cut">${left} more files are not shown: patch.diff beside this page has all.</p>`}`;
}

/** As many as fit in the page; the first is taken in any case. */
function rowsWithin(lines: readonly DiffLine[], room: number): Markup[] {
  const rows: Markup[] = [];
  let left = room;
  for (const line of lines.slice(0, reportLimits.fileLines)) {
    if (left <= 0) break;
    const row = rowOf(line);
    left -= row.text.length;
    rows.push(row);
  }
  return rows;
}

function rowOf({ kind, before, after, text }: DiffLine): Markup {
  if (kind === 'hunk' || kind === 'note')
    return html`<tr class="${kind}"><td colspan="3">${visibleCode(text)}</td></tr>\n`;
  const { lineCharacters } = reportLimits;
  const head = beginning(text, lineCharacters);
  const more = text.length - head.length;
  return html`<tr class="${kind}"><td>${before}</td><td>${after}</td><td>${signs[kind]}${visibleCode(head)}${
    more > 0 && html`<b class="hidden">… ${more} characters more</b>`
  }</td></tr>\n`;
}

function fileView(
  { path, status, additions, deletions, modes }: ChangedFile & { modes: string[] },
  { rows, left }: { rows: Markup[]; left: number },
): Markup {
  return html`<details class="file" open><summary><code>${visibleCode(path)}</code> <span class="note">${status}, <ins>+${additions}</ins> <del>−${deletions}</del></span></summary>
${modes.length > 0 && html`<p class="note">${modes.join(', ')}</p>`}${
  rows.length === 0
    ? html`<p class="note">No lines to show.</p>`
    : html`<table class="diff" aria-label="Changed lines of ${path}"><colgroup><col class="number"><col class="number"><col></colgroup><tbody>\n${rows}</tbody></table>`
}${left > 0 && html`<p class="cut">${left} more lines are not shown: patch.diff beside this page has all.</p>`}
</details>\n`;
}
