import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';

/** For the user alone, which also covers what libraries write into it. */
export function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Whole or not at all, for the user alone. Written synchronously, so that what a client has been told survives a kill
 * -9; not flushed to the disk, so a power cut may take the last of it.
 */
export function replaceFile(path: string, data: string | Buffer): void {
  writeFileSync(`${path}.new`, data, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/**
 * Whole or not at all: of a line that a full disk took half of, nothing stays, so that the next one is not glued to it.
 */
export function appendLine(path: string, line: string): void {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  try {
    appendFileSync(path, line, { mode: 0o600 });
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })) truncateSync(path, bytes ?? 0);
    throw error;
  }
}

export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
