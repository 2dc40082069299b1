/**
 * Whether `text` fits a pattern of literal characters, `*` (any number of characters, line breaks included, or none)
 * and `?` (one character). No backtracking beyond the last `*`: at most text x pattern steps, whatever the two are.
 */
export function fitsGlob(pattern: string, text: string): boolean {
  const wanted = [...pattern];
  const given = [...text];
  let [at, position] = [0, 0];
  /** After the last `*`, and where what follows it is tried. */
  let retry: { at: number; position: number } | undefined;
  while (position < given.length) {
    if (wanted[at] === '*') {
      at += 1;
      retry = { at, position };
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[position])) {
      at += 1;
      position += 1;
    } else if (retry) {
      retry = { at: retry.at, position: retry.position + 1 };
      ({ at, position } = retry);
    } else return false;
  }
  return wanted.slice(at).every((character) => character === '*');
}

/** What is written in other dialects, and would mean something else here; undefined: nothing. */
export function globProblem(pattern: string): string | undefined {
  if (/\\[*?]/.test(pattern)) return 'cannot quote * or ? with a backslash: write ? for that character';
  if (/\{[^{}]*,[^{}]*\}/.test(pattern)) return 'has no alternatives {a,b}: write an "any" list of globs';
  if (!/[*?]/.test(pattern)) return 'has no * or ?: write "equals" instead';
  return undefined;
}
