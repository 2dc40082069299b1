import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileDiff } from '../../../../functions/domain/session/session.ts';
import { gitEnvironment } from '../../../../infra/local/opencode/git-environment.ts';

/** Contents by path; `mode` is set where a file is executable. */
export type Files = Record<string, string | { text: string; mode: number }>;

const env = { PATH: process.env.PATH, ...gitEnvironment };
const textOf = (file: Files[string] | undefined) => (typeof file === 'object' ? file.text : file);
/** More than any file here has lines: the server gives whole files. */
const WHOLE_FILE = 100_000;

export interface Folder {
  write(files: Files): void;
  read(): Record<string, string>;
  isExecutable(path: string): boolean;
  /** What git says to the patch: nothing if it takes it. */
  apply(patch: string): string;
  /** Takes out all files. */
  empty(): void;
  remove(): void;
}

/** An empty folder that a patch can be applied in. */
export function newFolder(): Folder {
  const root = mkdtempSync(join(tmpdir(), 'patch-'));
  execFileSync('git', ['init', '--quiet'], { cwd: root, env });
  const isOurs = (path: string) => !path.startsWith('.git/') && statSync(join(root, path)).isFile();
  return {
    write(files) {
      for (const [path, file] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), textOf(file) ?? '');
        chmodSync(join(root, path), typeof file === 'object' ? file.mode : 0o644);
      }
    },
    read() {
      const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(isOurs);
      return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
    },
    isExecutable: (path) => (statSync(join(root, path)).mode & 0o100) !== 0,
    apply(patch) {
      const { status, stderr } = spawnSync('git', ['apply', '-'], { cwd: root, env, input: patch, encoding: 'utf8' });
      return status === 0 ? '' : stderr;
    },
    empty() {
      for (const name of readdirSync(root)) if (name !== '.git') rmSync(join(root, name), { recursive: true });
    },
    remove: () => rmSync(root, { recursive: true }),
  };
}

/** Git's own diff of two texts, from its first hunk on; empty where they are equal. */
export function hunksOf(before: string, after: string, contextLines = WHOLE_FILE): string {
  const root = mkdtempSync(join(tmpdir(), 'diff-'));
  try {
    writeFileSync(join(root, 'a'), before);
    writeFileSync(join(root, 'b'), after);
    const { stdout } = spawnSync('git', ['diff', '--no-index', '--text', `-U${contextLines}`, 'a', 'b'], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    const start = stdout.search(/^@@ /m);
    return start < 0 ? '' : stdout.slice(start);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The diff of one file as the server gives it for a turn; undefined where nothing changed. */
export function serverDiff(path: string, before: string | undefined, after: string | undefined): FileDiff | undefined {
  if (before === after) return undefined;
  const status = before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified';
  const hunks = hunksOf(before ?? '', after ?? '');
  const patch = `Index: ${path}\n${'='.repeat(67)}\n--- ${path}\t\n+++ ${path}\t\n${hunks}`;
  const count = (sign: string) => hunks.split('\n').filter((line) => line.startsWith(sign)).length;
  return { path, status, patch, additions: count('+'), deletions: count('-') };
}

/** The diffs of all files of a turn. */
export function serverDiffs(before: Files, after: Files): FileDiff[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return paths.flatMap((path) => serverDiff(path, textOf(before[path]), textOf(after[path])) ?? []);
}
