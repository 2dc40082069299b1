import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { itemSchema } from './item.ts';

const rowsSchema = z.array(z.object({ table: z.string(), key: itemSchema, item: itemSchema.optional() }));
/** Items as they were before a transaction; without `item` there was none. */
export type Before = z.infer<typeof rowsSchema>;

/**
 * What a transaction that a kill has interrupted is to be taken back to: a file beside LevelDB's own, from before the
 * first of its writes until after the last. In memory there is nothing to come back to.
 */
export class Undo {
  readonly #file: string | undefined;

  constructor(directory: string | undefined) {
    this.#file = directory === undefined ? undefined : join(directory, 'undo.json');
  }

  remember(before: Before): void {
    if (this.#file === undefined) return;
    writeFileSync(`${this.#file}.new`, JSON.stringify(before), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }

  forget(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }

  /** Undefined where no transaction was interrupted. */
  read(): Before | undefined {
    if (this.#file === undefined || !existsSync(this.#file)) return undefined;
    return rowsSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
  }
}
