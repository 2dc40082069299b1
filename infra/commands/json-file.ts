import { readFile } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';

/** What a file holds that the caller named, after the word `option` where it was named by one. Throws UsageError. */
export async function readJsonFile(file: string, option = ''): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${option}${file} cannot be read (${messageOf(error)})`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${option}${file} is no JSON (${messageOf(error)})`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
