const header = /^\s*\[\s*([\w.-]+)(?:\s+"(?:[^"\\]|\\.)*")?\s*\]/;
const assignment = /^\s*([A-Za-z][\w-]*)\s*(?:=|$|[#;])/;

/** A line that goes on in the next one. */
const continuation = /(?<!\\)((?:\\\\)*)\\\n/g;

/**
 * What follows which branch is written by `git checkout -b fix origin/main` and `git push -u`, many times a day, and
 * runs nothing. Only whole sections of such lines are left out: a line of any other kind keeps its section.
 */
const tracking =
  /(?<![^\n])(?<!\\\n)\[branch "[^"\\\n]+"\]\n(?:[ \t]+(?:remote = (?:\.|[A-Za-z0-9][\w.-]*)|merge = refs\/heads\/[\w./-]+)(?:\n|$))+(?=\[|$)/g;

/** A configuration of git without what says only which branch follows which. */
export const withoutTracking = (text: string): string => text.replace(tracking, '').trim();

/**
 * Lines of a configuration by the key that they set, as `core.fsmonitor`: without the name of a subsection, which may
 * be an address with a password. It names what has changed; whether something has, the text as a whole tells.
 */
export function linesByKey(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let section = '';
  for (const line of text.replace(continuation, '$1 ').split('\n')) {
    const opened = header.exec(line);
    if (opened) section = (opened[1] ?? '').toLowerCase();
    const name = assignment.exec(opened ? line.slice(opened[0].length) : line)?.[1];
    if (name === undefined) continue;
    const key = `${section}.${name.toLowerCase()}`;
    found.set(key, `${found.get(key) ?? ''}${line}\n`);
  }
  return found;
}
