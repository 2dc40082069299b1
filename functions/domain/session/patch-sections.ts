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

/** What a patch of one path adds, line by line, without the signs. */
export function addedLines(patch: string): string[] {
  return sectionsOf(patch).flatMap((section) => {
    const lines = section.split('\n');
    const first = lines.findIndex((line) => line.startsWith('@@ '));
    return first < 0 ? [] : lines.slice(first).flatMap((line) => (line.startsWith('+') ? [line.slice(1)] : []));
  });
}
