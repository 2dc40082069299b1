/** Whether a write failed for want of room, also where a library has wrapped the error. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true;
  // LevelDB has the system's words only.
  return /No space left on device|Disk quota exceeded/.test(error.message) || isDiskFull(error.cause);
}
