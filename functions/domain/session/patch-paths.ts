/** Folders of git's own, as it and the file systems of other machines spell them. */
const gitFolder = /^(?:\.git|git~\d+)$/;
/** What HFS+ ignores in a name. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * Why `git apply` refuses a path, or would write elsewhere than in the tree on some machine; undefined where it does
 * not. One such path makes the whole patch unusable.
 */
export function pathProblem(path: string): string | undefined {
  if (/[\n\r\0]/.test(path)) return 'its name has a line break';
  if (/^(?:[/\\]|[A-Za-z]:)/.test(path)) return 'its path is absolute';
  for (const name of path.split(/[/\\]/)) {
    if (name === '' || name === '.' || name === '..') return 'its path leaves the tree, or is none';
    const bare =
      name
        .replace(ignorable, '')
        .toLowerCase()
        .split(':', 1)[0]
        ?.replace(/[. ]+$/, '') ?? '';
    if (gitFolder.test(bare)) return "it lies in git's own folder";
  }
  return undefined;
}
