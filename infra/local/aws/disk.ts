import { statfsSync } from 'node:fs';

/** What the smallest step of a database takes, with a margin. */
const ROOM_BYTES = 8 * 1024 * 1024;

/** Whether a write failed for want of room, also where a library has wrapped the error. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true;
  // LevelDB has the system's words only.
  return /No space left on device|Disk quota exceeded/.test(error.message) || isDiskFull(error.cause);
}

/** Whether the disk of a folder has room to work with; without a folder there is no disk. */
export function hasRoom(directory: string | undefined): boolean {
  if (directory === undefined) return true;
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize >= ROOM_BYTES;
}
