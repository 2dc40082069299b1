import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** The log of one function: what its code prints, and a line per invocation that the runtime had to end. */
export class FunctionLog {
  readonly #file: string;
  #stream: WriteStream | undefined;
  #closed = false;

  constructor(directory: string, functionName: string) {
    this.#file = join(directory, `${functionName}.log`);
  }

  follow(...outputs: Readable[]): void {
    for (const output of outputs) output.on('data', (chunk: Buffer) => this.#write(chunk));
  }

  /** `fact` in the form of Lambda's own JSON log lines. */
  note(fact: Record<string, unknown>): void {
    this.#write(`${JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', ...fact })}\n`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (!this.#stream) return;
    this.#stream.end();
    await once(this.#stream, 'close');
  }

  /** What a worker printed with its last breath may come after the end. */
  #write(text: Buffer | string): void {
    if (this.#closed) return;
    this.#stream ??= createWriteStream(this.#file, { flags: 'a', mode: 0o600 }).on('error', (error) =>
      console.error(`The log ${this.#file} cannot be written:`, error),
    );
    this.#stream.write(text);
  }
}
