import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** For the user alone, which also covers what libraries write into it. */
export function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Whole or not at all, for the user alone. Written synchronously, so that what a client has been told survives a kill -9;
 * not flushed to the disk, so a power cut may take the last of it.
 */
export function replaceFile(path: string, data: string | Buffer): void {
  writeFileSync(`${path}.new`, data, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
