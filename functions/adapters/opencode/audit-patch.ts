import { randomBytes } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Texts } from '../../domain/text/texts.ts';
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
  patches: Texts,
  named: string[],
): Promise<PatchAudit | null> {
  const nonce = randomBytes(8).toString('hex');
  const payload = (await packed(patches, named))?.toString('base64');
  if (payload === undefined) return null;
  const parts = Array.from({ length: Math.ceil(payload.length / PART_CHARACTERS) }, (_, index) =>
    payload.slice(index * PART_CHARACTERS, (index + 1) * PART_CHARACTERS),
  );
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const told = await run(commandOf(partScript, [nonce, String(index), part]));
    if (!told?.includes(`${nonce} kept`)) return null;
  }
  const last = [nonce, String(parts.length - 1), parts.at(-1) ?? '', baseCommit];
  return read((await run(commandOf(auditScript, last))) ?? '', nonce, patches.length);
}

/** Of base64 three bytes are four characters. */
const MAX_BYTES = (MAX_PARTS * PART_CHARACTERS * 3) / 4;

/** Lengths of the patches, of all of them and of the names; the patches; the names. */
async function packed(patches: Texts, named: string[]): Promise<Buffer | undefined> {
  const names = named.map((name) => `${name}\0`).join('');
  const lengths = Array.from(patches, (patch) => Buffer.byteLength(patch));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const head = [patches.length, total, Buffer.byteLength(names), ...lengths].map((length) => `${length}\n`).join('');
  return gzipped(inTurn(head, patches, names));
}

function* inTurn(head: string, patches: Texts, names: string): Iterable<string> {
  yield head;
  yield* patches;
  yield names;
}

/** Compresses one text after the other; undefined where more comes of it than may be sent. */
async function gzipped(texts: Iterable<string>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // An error of either is met with by the loop, and leaving it ends both.
  for await (const chunk of pipeline(Readable.from(texts), createGzip(), () => {})) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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
