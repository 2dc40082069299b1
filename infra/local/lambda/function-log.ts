import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { reasonOf } from '../surroundings.ts';

/** The log of one function: what its code prints, and a line per invocation that the runtime had to end. */
export class FunctionLog {
  readonly file: string;
  #fails = false;

  constructor(directory: string, functionName: string) {
    this.file = join(directory, `${functionName}.log`);
  }

  follow(...outputs: Readable[]): void {
    for (const output of outputs) output.on('data', (chunk: Buffer) => this.#write(chunk));
  }

  /** `fact` in the form of Lambda's own JSON log lines. */
  note(fact: Record<string, unknown>): void {
    this.#write(`${JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', ...fact })}\n`);
  }

  /** What a full disk does not take is lost, and said once; the function goes on. */
  #write(text: Buffer | string): void {
    try {
      appendFileSync(this.file, text, { mode: 0o600 });
      this.#fails = false;
    } catch (error) {
      if (!this.#fails) console.error(`The log ${this.file} cannot be written:`, reasonOf(error));
      this.#fails = true;
    }
  }
}
