import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { SetupError } from '../setup-error.ts';

/**
 * The OpenCode program: the one that `RELAY_OPENCODE` names, as `npm run test:versions` does, else the version that
 * this project pins, else the one that is installed on this machine.
 */
export async function findOpenCode(platform = `${process.platform}-${process.arch}`): Promise<string> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const named = process.env.RELAY_OPENCODE;
  const candidates = [
    ...(named === undefined ? [] : [named]),
    ...pinned(platform),
    ...folders.map((folder) => join(folder, 'opencode')),
  ];
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate;
  }
  throw new SetupError(
    `npm has no OpenCode server for ${platform}, and no "opencode" is on PATH: use a server of your own with ` +
      'npm start -- --endpoint URL, or install opencode-ai 1.18.',
  );
}

function pinned(platform: string): string[] {
  try {
    const manifest = createRequire(import.meta.url).resolve(`opencode-${platform}/package.json`);
    return [join(dirname(manifest), 'bin', 'opencode')];
  } catch {
    return [];
  }
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
