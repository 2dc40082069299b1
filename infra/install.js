// @ts-check
/** Puts exactly the lock file into node_modules. Plain JavaScript, as the launcher is, and without any package. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** node_modules is 0.9 GB, and npm unpacks its archives first. */
const INSTALL_BYTES = 1.5e9;
/** Many times what it takes; also the longest that one install waits for another. */
const INSTALL_MS = 600_000;
const LOOK_MS = 200;
/** Outside node_modules, which npm empties. Holds the id of the process that installs. */
const lock = join(root, '.install.lock');

/** What is not there on this machine, or in its way: the message is all that a person needs. */
export class Missing extends Error {}

export const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
const readJson = (/** @type {string} */ path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

export function requireRoom(/** @type {number} */ bytes) {
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const [there, wanted] = [free, bytes].map((count) => `${(count / 1e9).toFixed(1)} GB`);
  throw new Missing(`${there} are free below ${root}, and ${wanted} are needed: free some, and try again.`);
}

/** Of two commands at once in a fresh clone one installs, and the other waits for it. */
export async function requirePackages() {
  if (isInstalled()) return;
  requireRoom(INSTALL_BYTES);
  await takeLock();
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Whether node_modules holds exactly what the lock file says for this machine. npm keeps its own list of what it has
 * installed, so a hand-typed `npm ci` counts as well.
 */
function isInstalled() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const { '': _, ...wanted } = readJson('package-lock.json').packages;
  const found = readJson('node_modules/.package-lock.json').packages;
  return (
    Object.keys(found).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, entry]) =>
      found[path]
        ? found[path].version === entry.version && found[path].integrity === entry.integrity
        : isLeftOut(entry),
    )
  );
}

/**
 * npm leaves out optional packages of other platforms. Of those that name no platform, or a C library, it alone knows.
 */
function isLeftOut(/** @type {{ optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} */ entry) {
  const { optional, os, cpu, libc } = entry;
  return optional === true && !(os?.includes(process.platform) && cpu?.includes(process.arch) && !libc);
}

async function takeLock() {
  const until = Date.now() + INSTALL_MS;
  for (let told = false; !writeLock(); told = true) {
    const holder = readLock();
    // Gone in this moment, or left behind: a process that is interrupted cannot clean up.
    if (!isAlive(holder)) rmSync(lock, { force: true });
    else if (Date.now() > until) {
      throw new Missing(`Process ${holder} has not installed the packages in 10 minutes: end it, or remove ${lock}.`);
    } else {
      if (!told) say(`Process ${holder} is installing the packages already: waiting for it …`);
      await setTimeout(LOOK_MS);
    }
  }
}

/** False where another process has it. */
function writeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return false;
    throw new Missing(`${root} cannot be written (${code}), and the packages go there.`);
  }
}

/** Of the process that installs; undefined where none has said so. */
function readLock() {
  try {
    return Number(readFileSync(lock, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(/** @type {number | undefined} */ id) {
  if (id === undefined) return false;
  try {
    return process.kill(id, 0);
  } catch (error) {
    // One of another user is alive all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function install() {
  say('Installing the packages of package-lock.json …');
  const started = Date.now();
  const npm = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', npm, { cwd: root, shell, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Missing('npm could not install the packages, see above. Only this step needs a network.');
  say(`Installed in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}
