import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { git } from './driver.ts';

/** What stands at a path: content and mode, or the target of a link. */
type Entry = { content: Buffer; executable: boolean } | { link: string };

/** One edit of one file. `after` null: it is deleted; `before` null: it is new. Both under a name of their own. */
interface Edit {
  path: string;
  before: Entry | null;
  after: Entry | null;
  /** The name that it has afterwards, where it is renamed. */
  renamed: string | null;
}

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('a', 'b', '}', '', ' ', '\t', '-- x', '++ y', '@@ -1 +1 @@', 'diff --git a/x b/x'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('größe', '日本語', '\u2028', 'c\r', '\f', '\ufeff', '🙂', '\ufffd', '\\ No newline'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
);
const text = fc
  .record({
    lines: fc.array(line, { maxLength: 30 }),
    end: fc.constantFrom('\n', '\n', ''),
    bom: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ lines, end, bom }) =>
    Buffer.from((bom === 0 ? '\ufeff' : '') + (lines.length === 0 ? '' : lines.join('\n') + end)),
  );
/** Latin-1, zero bytes, anything. */
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 60 }).map((array) => Buffer.from(array)),
  fc
    .constantFrom('caf\xe9\none\n', 'a\0b\n', '\xff\xfea\0b\0', 'one\n\x80\n')
    .map((latin) => Buffer.from(latin, 'latin1')),
);
const content = fc.oneof({ weight: 7, arbitrary: text }, { weight: 1, arbitrary: bytes });
const file = fc.record({ content, executable: fc.integer({ min: 0, max: 3 }).map((n) => n === 0) });
const link = fc.record({ link: fc.constantFrom('nowhere', '../x', 'a b', 'größe', '/etc/hostname', 'folder') });
const entry: fc.Arbitrary<Entry> = fc.oneof({ weight: 6, arbitrary: file }, { weight: 1, arbitrary: link });

const nameCharacters = [
  'a',
  'B',
  '1',
  '-',
  '_',
  '.',
  ' ',
  '"',
  "'",
  '\\',
  '\t',
  '\n',
  'ü',
  '日',
  '🙂',
  '$',
  '`',
  '*',
  '%',
  '#',
  '\u0001',
];
const name = fc
  .array(fc.constantFrom(...nameCharacters), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));

/** A few lines of a text changed, its mode kept or not; more like an agent's edit than another content is. */
const retouched = (before: Entry) =>
  fc
    .record({ at: fc.nat(), remove: fc.nat({ max: 2 }), insert: fc.array(line, { maxLength: 2 }), chmod: fc.boolean() })
    .map(({ at, remove, insert, chmod }): Entry => {
      if ('link' in before) return { link: 'changed' };
      const lines = before.content.toString('latin1').split('\n');
      lines.splice(at % lines.length, remove, ...insert.map((each) => Buffer.from(each).toString('latin1')));
      const executable = chmod ? !before.executable : before.executable;
      return { content: Buffer.from(lines.join('\n'), 'latin1'), executable };
    });

const change = fc.oneof(
  { weight: 3, arbitrary: entry.map((after) => ({ before: null, after })) },
  { weight: 2, arbitrary: entry.map((before) => ({ before, after: null })) },
  { weight: 6, arbitrary: entry.chain((before) => retouched(before).map((after) => ({ before, after }))) },
  { weight: 2, arbitrary: fc.record({ before: entry, after: entry }) },
);

/** So many edits, each of a file of its own. */
export const editsOf = (count: number): fc.Arbitrary<Edit[]> =>
  fc
    .array(
      fc.record({ change, name, folder: fc.constantFrom('', '', 'src/', 'a b/ü/'), renames: fc.nat({ max: 5 }) }),
      {
        minLength: count,
        maxLength: count,
      },
    )
    .map((drawn) =>
      drawn.map(({ change: { before, after }, name: own, folder, renames }, index) => ({
        path: `${folder}${index}${own}`,
        before,
        after,
        renamed: before && after && renames === 0 ? `${folder}moved ${index}${own}` : null,
      })),
    );

/** A repository that holds what the edits begin with. */
export async function createRepository(directory: string, edits: Edit[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  await git(directory, 'init', '--quiet', '--initial-branch=main');
  await writeFile(join(directory, 'README.md'), 'Something to edit.\n');
  for (const { path, before } of edits) if (before) await put(join(directory, path), before);
  await git(directory, 'add', '--all');
  await git(directory, 'commit', '--quiet', '--message=base');
}

async function put(path: string, found: Entry): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if ('link' in found) await symlink(found.link, path);
  else await writeFile(path, found.content, { mode: found.executable ? 0o755 : 0o644 });
}

/** The edits as a script of `sh`. */
export const scriptOf = (edits: Edit[]): string => edits.flatMap((edit) => [...commandsOf(edit), '']).join('\n');

function commandsOf({ path, before, after, renamed }: Edit): string[] {
  const target = renamed ?? path;
  const gone =
    before && (!after || renamed !== null || 'link' in before || 'link' in after) ? [`rm ${word(path)}`] : [];
  if (!after) return gone;
  const folder = `mkdir -p ${word(dirname(target))}`;
  if ('link' in after) return [...gone, folder, `ln -s ${quoted(after.link)} ${word(target)}`];
  const written = `echo ${after.content.toString('base64')} | base64 -d > ${word(target)}`;
  return [...gone, folder, written, `chmod ${after.executable ? '755' : '644'} ${word(target)}`];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** A path that is no option. */
const word = (path: string): string => quoted(`./${path}`);

/**
 * True where the change may be named instead of in the patch: no text holds a zero byte, or bytes that are no UTF-8,
 * 1.18 tells a new link to a folder without its target, for it tries to read the folder, and of a link that becomes an
 * empty file it does not tell the mode where the name has a space.
 */
export const mayBeLeftOut = (edit: Edit): boolean =>
  [edit.before, edit.after].some((each) => each && 'content' in each && !isText(each.content)) ||
  isFolderLink(edit) ||
  isUntoldMode(edit);

const isUntoldMode = ({ path, before, after }: Edit): boolean =>
  path.includes(' ') &&
  before !== null &&
  'link' in before &&
  after !== null &&
  'content' in after &&
  after.content.length === 0 &&
  after.executable;

/** `a b` is a folder of the repository. */
const isFolderLink = ({ after }: Edit): boolean => after !== null && 'link' in after && after.link === 'a b';

const isText = (found: Buffer): boolean => !found.includes(0) && Buffer.from(found.toString('utf8')).equals(found);
