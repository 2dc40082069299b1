import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../support/source-files.ts';

/** Holds a Chromium for x64 Linux, 67 MB compressed, and the libraries that a bare system lacks. */
const PACKAGE = '@sparticuz/chromium';
const VERSION = '153.0.0';
/** Many times what npm takes where there is a network. */
const FETCH_MS = 300_000;

/** A folder for each version, which `npm ci` removes again with all of node_modules. */
const home = join(projectRoot, 'node_modules/.cache/opencode-relay/chromium', VERSION);
const program = join(home, 'unpacked/chromium');
const libraries = join(home, 'unpacked/al2023/lib');
const fonts = join(home, 'fonts.conf');

/** A program that starts, and the variables that it needs. */
export interface Chromium {
  program: string;
  env: Record<string, string>;
}

/** The pinned Chromium, fetched with npm and unpacked where it is not there yet: some seven seconds, and 211 MB. */
export async function fetchChromium(isThere: (file: string) => Promise<boolean>): Promise<Chromium> {
  if (`${process.platform}-${process.arch}` !== 'linux-x64') throw new Error(`${PACKAGE} is for x64 Linux only`);
  if (!(await isThere(fonts))) await fetchInto(home);
  return { program, env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: fonts } };
}

/** Fills a folder of its own, which gets its name at the end: what was broken off is never found. */
async function fetchInto(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const filling = await mkdtemp(`${folder}-`);
  try {
    npm(filling, `${PACKAGE}@${VERSION}`);
    await unpack(filling);
    await writeFile(join(filling, 'fonts.conf'), fontsOf(join(folder, 'unpacked/fonts')));
    await rm(folder, { recursive: true, force: true });
    await rename(filling, folder);
  } finally {
    await rm(filling, { recursive: true, force: true });
  }
}

function npm(prefix: string, wanted: string): void {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1', '--fetch-timeout=30000'];
  const command = ['install', '--prefix', prefix, '--no-save', '--ignore-scripts', ...quiet, wanted];
  const { status, stderr, error } = spawnSync('npm', command, { encoding: 'utf8', timeout: FETCH_MS });
  if (status !== 0) throw new Error(`npm could not fetch ${wanted}: ${error?.message ?? stderr}`);
}

/**
 * The package unpacks into the folder for temporary files, under names that another user's files may have: it is told
 * of a folder of its own. It takes its libraries along where it believes to run in Lambda.
 */
async function unpack(folder: string): Promise<void> {
  const into = join(folder, 'unpacked');
  await mkdir(into);
  const env = { ...process.env, TMPDIR: into, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  const source = `await (await import('${PACKAGE}')).default.executablePath();`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', source], { cwd: folder, env, stdio: 'pipe' });
  await cp(join(folder, `node_modules/${PACKAGE}/LICENSE`), join(folder, 'LICENSE'));
  await rm(join(folder, 'node_modules'), { recursive: true });
}

/** Those of the system, where it has any, and the one of the package. */
const fontsOf = (folder: string) => `<?xml version="1.0"?>
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}</dir>
  <cachedir>${folder}-cache</cachedir>
</fontconfig>
`;
