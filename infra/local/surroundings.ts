import { once } from 'node:events';
import { access, constants, mkdir, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { SetupError } from './setup-error.ts';

/** Data, logs, a synthesized stack and the server's store of a first start take some 60 MB. */
const ROOM_BYTES = 100e6;

/** Makes the data folder, and finds out before anything is started whether it can be used. Throws SetupError. */
export async function prepareFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) {
    throw new SetupError(`The data folder ${folder} is a file: choose another one with --data FOLDER.`);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < ROOM_BYTES) {
    throw new SetupError(
      `The disk of ${folder} is full, ${Math.round((bavail * bsize) / 1e6)} MB are free and ${ROOM_BYTES / 1e6} MB are ` +
        'needed: free some, or use a folder on another disk with --data FOLDER.',
    );
  }
}

/** Before anything is started: it would be found out last. Throws SetupError. */
export async function requireFreePort(port: number, taken = portTaken(port)): Promise<void> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch (error) {
    throw isCode(error, 'EADDRINUSE') ? taken : error;
  }
  probe.close();
  await once(probe, 'close');
}

export const portTaken = (port: number): SetupError =>
  new SetupError(
    `Port ${port} of 127.0.0.1 is taken: choose another with --port N, or any free one with --port 0. ` +
      'Perhaps another start is still running.',
  );

/** Of a port that stays with the folder, since what is stored names it. */
export const folderPortTaken = (port: number, whose: string): SetupError =>
  new SetupError(
    `Port ${port}, which ${whose} of this data folder has, is in use by another program: end that one, or use another ` +
      'folder with --data FOLDER.',
  );

/**
 * What can be wrong with a machine, by the system's code, and how to mend it. `path` is empty where nobody knows it.
 */
const troubles: Record<string, (path: string) => string> = {
  ENOSPC: (path) => `The disk is full${at(path)}: free some room, and start again. What is stored is kept.`,
  EDQUOT: (path) => `The disk quota is used up${at(path)}: free some room, and start again. What is stored is kept.`,
  EACCES: (path) => `There is no permission to write${at(path)}: choose another folder with --data FOLDER.`,
  EPERM: (path) => `There is no permission to write${at(path)}: choose another folder with --data FOLDER.`,
  EROFS: (path) => `The disk is read-only${at(path)}: choose another folder with --data FOLDER.`,
  ENOTDIR: (path) => `A part of the path is a file${at(path)}: choose another folder with --data FOLDER.`,
  EEXIST: (path) => `A file stands in the way${at(path)}: choose another folder with --data FOLDER.`,
  EMFILE: () => 'Too many files are open: raise the limit (ulimit -n 4096), and start again.',
};

const at = (path: string): string => (path === '' ? '' : ` at ${path}`);

/**
 * The sentence for a person: of a refusal of ours its own, of the system's what to do. Undefined where it is a fault of
 * this program.
 */
export function sentenceOf(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof SetupError) return each.message;
    const system = each;
    const code = Object.keys(troubles).find((known) => isCode(system, known));
    if (code !== undefined) return troubles[code]?.('path' in system ? String(system.path) : '');
    if (isCode(system, 'ENOENT') && 'syscall' in system && system.syscall === 'spawn git') return noGit;
  }
  return undefined;
}

/**
 * For a line beside others while the stack goes on: what is wrong with the machine needs no stack trace, a fault of
 * ours does.
 */
export const reasonOf = (error: unknown): unknown =>
  error instanceof Error && Object.keys(troubles).some((code) => isCode(error, code)) ? error.message : error;

const noGit = 'There is no git on PATH, and the agent works in a git repository: install git, and start again.';

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
