import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { PatchAudit } from '../../ports.ts';
import { auditScript, partScript } from './audit-script.ts';
import { commandOf, type RunCommand } from './shell-command.ts';

/**
 * A command is one argument of a program: 128 KiB is what Linux takes, and 130,000 characters what was seen to work.
 */
const PART_CHARACTERS = 100_000;
/** 3 MB compressed, some 10 MB of patch, in ten seconds. A larger one is not audited. */
const MAX_PARTS = 40;

/**
 * Has the server's git apply the patches to the base commit, in an index and an object store of their own, and compare
 * what comes of it with the working tree. Nothing of the repository is changed. Null where it could not be done.
 */
export async function auditPatch(
  run: RunCommand,
  baseCommit: string,
  patches: string[],
  named: string[],
): Promise<PatchAudit | null> {
  const nonce = randomBytes(8).toString('hex');
  const payload = packed(patches, named);
  const parts = Array.from({ length: Math.ceil(payload.length / PART_CHARACTERS) }, (_, index) =>
    payload.slice(index * PART_CHARACTERS, (index + 1) * PART_CHARACTERS),
  );
  if (parts.length > MAX_PARTS) return null;
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const told = await run(commandOf(partScript, [nonce, String(index), part]));
    if (!told?.includes(`${nonce} kept`)) return null;
  }
  const last = [nonce, String(parts.length - 1), parts.at(-1) ?? '', baseCommit];
  return read((await run(commandOf(auditScript, last))) ?? '', nonce, patches.length);
}

/** Lengths of the patches, of all of them and of the names; the patches; the names. */
function packed(patches: string[], named: string[]): string {
  const bodies = patches.map((patch) => Buffer.from(patch));
  const names = Buffer.from(named.map((name) => `${name}\0`).join(''));
  const total = bodies.reduce((sum, { length }) => sum + length, 0);
  const lengths = [patches.length, total, names.length, ...bodies.map(({ length }) => length)];
  const head = Buffer.from(lengths.map((length) => `${length}\n`).join(''));
  return gzipSync(Buffer.concat([head, ...bodies, names])).toString('base64');
}

/** Lines of the script's own begin with its nonce; a shell may say more. */
function read(output: string, nonce: string, count: number): PatchAudit | null {
  const mark = `${nonce} `;
  const lines = output.split('\n').flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length)] : []));
  if (!lines.includes('done')) return null;
  const told = (key: string) =>
    lines.flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []));
  const unfit = told('unfit');
  return {
    unfit: unfit.includes('all') ? Array.from({ length: count }, (_, index) => index) : unfit.map(Number),
    differing: told('differing').flatMap(namesIn),
    ignored: told('ignored').flatMap(namesIn),
  };
}

/** Each name ends in a zero byte; the last of a list that was cut has none, and is left out. */
const namesIn = (encoded: string): string[] => Buffer.from(encoded, 'base64').toString('utf8').split('\0').slice(0, -1);
