import { truncateSync } from 'node:fs';
import type { z } from 'zod';
import { appendLine, readIfThere, replaceFile } from './private-files.ts';

/** A log on disk, one JSON value per line. An appended line survives a kill -9. */
export class JsonLines<T> {
  readonly #path: string;
  readonly #schema: z.ZodType<T>;

  /** Cuts off a line that the last process did not finish: nobody was told that it is there. */
  constructor(path: string, schema: z.ZodType<T>) {
    this.#path = path;
    this.#schema = schema;
    const data = readIfThere(path);
    const whole = (data?.lastIndexOf('\n') ?? -1) + 1;
    if (data && data.length > whole) truncateSync(path, whole);
  }

  /** Throws, naming file and line, where a line is not of the schema: to skip it would lose what it says. */
  read(): T[] {
    const lines = (readIfThere(this.#path)?.toString() ?? '').split('\n').slice(0, -1);
    return lines.map((line, index) => {
      try {
        return this.#schema.parse(JSON.parse(line));
      } catch {
        // Without the cause: its message may quote the line.
        throw new Error(`${this.#path}: line ${index + 1} cannot be read. Delete the data to begin anew.`);
      }
    });
  }

  append(entry: T): void {
    appendLine(this.#path, `${JSON.stringify(entry)}\n`);
  }

  /** Replaces the log by what it amounts to. */
  replace(entries: T[]): void {
    replaceFile(this.#path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }
}
