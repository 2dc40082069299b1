import { scryptSync } from 'node:crypto';

/** In hex. 50 ms of work, so that nobody who reads the table can try passwords, or secrets, by the million. */
export const slowHash = (text: string, salt: string, bytes: number): string =>
  scryptSync(text, salt, bytes).toString('hex');
