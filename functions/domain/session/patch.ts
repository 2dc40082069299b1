import { reviewableHunks } from './hunks.ts';
import { headerOf, sectionsOf } from './patch-sections.ts';
import type { FileDiff } from './session.ts';

/**
 * The patch of one path; null where the diff has no content that could be applied. A path that changes its type, from
 * file to link, has two: git deletes the one and adds the other.
 */
export function filePatch(diff: FileDiff): string | null {
  const told = ownSections(diff).map((patch) => ({ ...diff, ...stateOf(patch, diff.status), patch }));
  const sections = isHalfTold(diff) ? withOtherHalf(told, diff) : told;
  const hunks = sections.map(({ patch }) => reviewableHunks(patch));
  const isCut = diff.additions + diff.deletions > 0 && hunks.every((each) => each === '');
  if (isCut || diff.patch === '') return null;
  const texts = sections.map((section, index) => sectionPatch(section, hunks[index] ?? ''));
  return texts.length === 0 || texts.includes(null) ? null : texts.join('');
}

/**
 * 1.18 asks its git by patterns, so that a path with `*` comes with the sections of others that fit it: among them may
 * be one that is left out for its name.
 */
function ownSections({ path, patch }: Pick<FileDiff, 'path' | 'patch'>): string[] {
  const titles = [titleOf(path), `diff --git ${inOctal(`a/${path}`)} ${inOctal(`b/${path}`)}`];
  // What a turn records has titles of another form, and is asked for by no path.
  return sectionsOf(patch).filter(
    (section) => !section.startsWith('diff --git ') || titles.some((title) => section.startsWith(`${title}\n`)),
  );
}

/** How the part of a path begins in a patch of this project. */
export const titleOf = (path: string): string => `diff --git ${quoted(`a/${path}`)} ${quoted(`b/${path}`)}`;

/**
 * Of a path with a space that changes its type, 1.18 loses the half that has no content: it finds the name in a hunk's
 * lines alone. What is missing is taken for an empty file, which only an audit can tell from other things without a
 * hunk.
 */
export function isHalfTold(diff: FileDiff): boolean {
  const { status } = diff;
  const [section, ...others] = ownSections(diff);
  if (section === undefined || others.length > 0 || status !== 'modified') return false;
  return stateOf(section, status).status !== 'modified';
}

function withOtherHalf(told: FileDiff[], diff: FileDiff): FileDiff[] {
  const isGone = told.some(({ status }) => status === 'deleted');
  const empty: FileDiff = { ...diff, status: isGone ? 'added' : 'deleted', patch: '' };
  return isGone ? [...told, empty] : [empty, ...told];
}

/** What a section of several does to the path, which its header tells. */
function stateOf(patch: string, status: FileDiff['status']): Pick<FileDiff, 'status'> {
  const header = headerOf(patch);
  if (header.some((line) => line.startsWith('new file mode '))) return { status: 'added' };
  return { status: header.some((line) => line.startsWith('deleted file mode ')) ? 'deleted' : status };
}

function sectionPatch(diff: FileDiff, hunks: string): string | null {
  const modes = modeLines(diff);
  if (hunks === '' && !isComplete(diff, modes)) return null;
  const [before, after] = [quoted(`a/${diff.path}`), quoted(`b/${diff.path}`)];
  const lines = [titleOf(diff.path), ...modes];
  if (hunks !== '') {
    lines.push(`--- ${diff.status === 'added' ? '/dev/null' : ended(before)}`);
    lines.push(`+++ ${diff.status === 'deleted' ? '/dev/null' : ended(after)}`);
  }
  return `${lines.join('\n')}\n${hunks}`;
}

/** Without a hunk: an empty file that comes or goes, or a change of mode alone. */
function isComplete({ patch, status }: FileDiff, modes: string[]): boolean {
  if (headerOf(patch).some((line) => line.startsWith('Binary files '))) return false;
  return status !== 'modified' || modes.length > 0;
}

/** As the server's own git tells them, where it does; the diff of a turn has no modes. */
function modeLines({ patch, status }: FileDiff): string[] {
  const told = headerOf(patch).filter((line) => /^(?:old|new|new file|deleted file) mode \d{6}$/.test(line));
  if (told.length > 0) return told;
  if (status === 'added') return ['new file mode 100644'];
  if (status === 'deleted') return ['deleted file mode 100644'];
  return [];
}

const escapes: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Quotes as git does: only a path with a quote, a backslash or a control character in it. */
function quoted(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped.
  const special = /["\\\u0000-\u001f\u007f]/g;
  if (path.search(special) < 0) return path;
  const octal = (character: string) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return `"${path.replace(special, (character) => escapes[character] ?? octal(character))}"`;
}

/** As git quotes where it is not told to leave letters beyond ASCII as they are. */
const inOctal = (path: string): string => {
  const plain = quoted(path).replace(/^"|"$/g, '');
  const escaped = plain.replace(/\P{ASCII}/gu, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8)}`).join(''),
  );
  return escaped === path ? path : `"${escaped}"`;
};

/** A tab ends a name that has a space in it. */
const ended = (name: string): string => (name.includes(' ') && !name.startsWith('"') ? `${name}\t` : name);
