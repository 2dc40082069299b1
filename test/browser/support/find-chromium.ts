import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Chromium, fetchChromium } from './fetched-chromium.ts';

/** As Debian installs it. */
const INSTALLED = 'chromium';

const isExecutableOrThere = (file: string, mode: number): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  );

/** The Chromium that `RELAY_CHROMIUM` names, else the one on PATH, else the pinned one, which is fetched. */
export async function findChromium(): Promise<Chromium> {
  const named = process.env.RELAY_CHROMIUM;
  if (named !== undefined) return { program: named, env: {} };
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, INSTALLED);
    if (folder !== '' && (await isExecutableOrThere(program, constants.X_OK))) return { program, env: {} };
  }
  return fetchChromium((file) => isExecutableOrThere(file, constants.F_OK));
}
