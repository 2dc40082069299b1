import { inject } from 'vitest';

/** Asks `shared.ts`, in the process that runs all test files, for what they share. */
export async function askShared(what: string): Promise<unknown> {
  const response = await fetch(`${inject('shared')}/${what}`);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
