import { titleOf } from '../session/patch.ts';
import { headerOf, hunkHeader, sectionsOf } from '../session/patch-sections.ts';
import type { FileDiff } from '../session/session.ts';

/** A line of a file, with its numbers before and after the change; `hunk` and `note` are git's own words. */
export interface DiffLine {
  kind: 'context' | 'added' | 'removed' | 'hunk' | 'note';
  before: number | null;
  after: number | null;
  text: string;
}

export type ChangedFile = Pick<FileDiff, 'path' | 'status' | 'additions' | 'deletions'>;

interface DiffFile extends ChangedFile {
  /** Such as `new mode 100755`. */
  modes: string[];
  lines: DiffLine[];
}

/** The lines of a patch, file by file in the order of the list, up to where a patch ends that was cut off. */
export function* diffOf(patch: string, files: readonly ChangedFile[]): Generator<DiffFile> {
  const sections = Map.groupBy(sectionsOf(patch), (section) => section.slice(0, section.indexOf('\n')));
  for (const file of files) {
    const own = sections.get(titleOf(file.path));
    if (!own) return;
    yield { ...file, modes: own.flatMap(modesOf), lines: own.flatMap(linesOf) };
  }
}

const modesOf = (section: string): string[] => headerOf(section).filter((line) => / mode \d{6}$/.test(line));

function linesOf(section: string): DiffLine[] {
  const lines = section.split('\n').slice(headerOf(section).length);
  let [before, after] = [0, 0];
  return lines.flatMap((line): DiffLine[] => {
    if (line === '') return [];
    const [header, oldStart, , newStart] = hunkHeader.exec(line) ?? [];
    if (header !== undefined) {
      [before, after] = [Number(oldStart), Number(newStart)];
      return [{ kind: 'hunk', before: null, after: null, text: line }];
    }
    const text = line.slice(1);
    if (line.startsWith('+')) return [{ kind: 'added', before: null, after: after++, text }];
    if (line.startsWith('-')) return [{ kind: 'removed', before: before++, after: null, text }];
    if (line.startsWith('\\')) return [{ kind: 'note', before: null, after: null, text: text.trim() }];
    return [{ kind: 'context', before: before++, after: after++, text }];
  });
}
