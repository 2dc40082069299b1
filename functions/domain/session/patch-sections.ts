/** Where a file's own part begins in what git says of a path. No line of a hunk begins so. */
const SECTION = 'diff --git ';

/** The parts of a patch of one path, each with its header: two where its type changes, else one. */
export function sectionsOf(patch: string): string[] {
  const sections: string[] = [];
  for (const line of patch.split(/(?<=\n)/)) {
    if (sections.length === 0 || line.startsWith(SECTION)) sections.push(line);
    else sections[sections.length - 1] += line;
  }
  // What stands before the first of several is a title.
  const own = sections.filter((section) => section.startsWith(SECTION));
  return own.length > 0 ? own : [patch];
}

/** The lines before the first hunk. */
export function headerOf(patch: string): string[] {
  const lines = patch.split('\n');
  const first = lines.findIndex((line) => line.startsWith('@@ '));
  return first < 0 ? lines : lines.slice(0, first);
}

/** Of a hunk: first line and number of lines, before and after the change; a number of one is left out. */
export const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** The lines of all hunks, with their headers. */
export function hunkLinesOf(patch: string): string[] {
  return sectionsOf(patch).flatMap((section) => {
    const lines = section.split('\n');
    return lines.slice(headerOf(section).length);
  });
}

/** What a patch of one path adds, line by line, without the signs. */
export const addedLines = (patch: string): string[] =>
  hunkLinesOf(patch).flatMap((line) => (line.startsWith('+') ? [line.slice(1)] : []));
