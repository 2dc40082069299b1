import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from './driver.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const files: Record<string, string | Buffer> = {
  '.gitignore': 'ignored/\n',
  'bom.txt': '\ufeffone\ntwo\n',
  'latin.txt': bytes('a\xe9b\ntwo\n'),
  'deleted.bin': bytes('\xff\xfe\x01\n\x80'),
  'zero.bin': bytes('\0\x01'),
  'mode.sh': 'echo\n',
  'mode-and-edit.sh': 'echo\n',
  'becomes-link': 'a file\n',
  'was-empty': '',
  'say "hi".txt': 'one\n',
  'tab\there.txt': 'one\n',
  'größe.txt': 'one\n',
  'crlf.txt': 'one\r\ntwo\r\n',
  'renamed.txt': '1\n2\n3\n',
  'folder/file.txt': 'one\n',
  'plain.txt': 'one\n',
};
const links: Record<string, string> = {
  changed: 'plain.txt',
  gone: 'bom.txt',
  'becomes-file': 'plain.txt',
  'becomes-empty': 'plain.txt',
};

/** A repository that has something of everything that a patch can lose. */
export async function createEditedRepository(directory: string): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  for (const [path, target] of Object.entries(links)) await symlink(target, join(directory, path));
  await git(directory, 'init', '--quiet', '--initial-branch=main');
  await git(directory, 'add', '--all');
  await git(directory, 'commit', '--quiet', '--message=base');
}

/** What the agent does to it. Each line is a row of what was seen to be lost. */
export const agentEdits = `
head -c 2200000 /dev/zero | tr '\\0' x | fold > large.lock
printf '\\357\\273\\277ONE\\ntwo\\n' > bom.txt
printf 'a\\351b\\nTWO\\n' > latin.txt
printf 'new \\351\\n' > new-latin.txt
printf 'its own \\357\\277\\275\\n' > replacement.txt
rm deleted.bin
printf '\\0\\2' > zero.bin
chmod +x mode.sh
echo more >> mode-and-edit.sh
chmod +x mode-and-edit.sh
printf '#!/bin/sh\\n' > gradlew
chmod +x gradlew
ln -sfn nowhere changed
rm gone
ln -s nowhere added
rm becomes-link becomes-file
ln -s plain.txt becomes-link
echo file > becomes-file
rm becomes-empty
: > becomes-empty
rm was-empty
ln -s plain.txt was-empty
ln -s folder-to to-folder
mkdir folder-to
echo x > folder-to/x
echo two >> 'say "hi".txt'
echo two >> "$(printf 'tab\\there.txt')"
echo two >> größe.txt
echo new > 'nëw "q".txt'
printf 'one\\r\\nTWO\\r\\n' > crlf.txt
git mv renamed.txt 'new name.txt'
rm -r folder
echo file > folder
: > empty.txt
mkdir ignored
echo forced > ignored/forced.txt
git add -f ignored/forced.txt
`;

/** Files of bytes that no text holds, and a new link to a folder, which 1.18 tries to read as a file. Sorted. */
export const unpatchable = ['deleted.bin', 'latin.txt', 'new-latin.txt', 'to-folder', 'zero.bin'];
