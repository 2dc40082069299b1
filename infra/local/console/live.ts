import type { ServerResponse } from 'node:http';
import type { ChangeNotice } from './views.ts';

/** What comes within so long is one notice: a burst of alerts is hundreds of changes a second. */
const GATHER_MS = 250;
/** More are not named. */
const MOST_NAMES = 50;
/** So that a stream that is dead is found out, by either side. */
const HEARTBEAT_MS = 20_000;
/** Of a stream whose page is asleep. */
const MOST_WAITING_BYTES = 256 * 1_024;
/** A browser has one for each page of it; no more is a mistake or a nuisance. */
export const MOST_STREAMS = 32;

/** Tells the pages that are open what has changed, by server-sent events. */
export class Live {
  readonly #streams = new Set<ServerResponse>();
  readonly #alerts = new Set<string>();
  readonly #executions = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  alertChanged(alertId: string): void {
    this.#note(this.#alerts, alertId);
  }

  executionChanged(name: string): void {
    this.#note(this.#executions, name);
  }

  get isFull(): boolean {
    return this.#streams.size >= MOST_STREAMS;
  }

  /** Keeps the response open until either side ends it. */
  add(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    // Whoever comes back has missed something: a page reads everything anew when the stream opens.
    response.write('retry: 1000\n\n');
    this.#streams.add(response);
    this.#heartbeat ??= setInterval(() => this.#send(': alive\n\n'), HEARTBEAT_MS).unref();
    response.once('close', () => this.#remove(response));
  }

  close(): void {
    clearTimeout(this.#gathering);
    for (const stream of [...this.#streams]) {
      this.#remove(stream);
      stream.end();
    }
  }

  #note(names: Set<string>, name: string): void {
    if (this.#streams.size === 0) return;
    names.add(name);
    this.#gathering ??= setTimeout(() => this.#tell(), GATHER_MS).unref();
  }

  #tell(): void {
    this.#gathering = undefined;
    const notice: ChangeNotice = {
      alerts: [...this.#alerts].slice(0, MOST_NAMES),
      executions: [...this.#executions].slice(0, MOST_NAMES),
      more: this.#alerts.size > MOST_NAMES || this.#executions.size > MOST_NAMES,
    };
    this.#alerts.clear();
    this.#executions.clear();
    this.#send(`data: ${JSON.stringify(notice)}\n\n`);
  }

  /** A page that does not read any more is let go: it reads everything anew when it comes back. */
  #send(text: string): void {
    for (const stream of this.#streams) {
      stream.write(text);
      if (stream.writableLength > MOST_WAITING_BYTES) stream.destroy();
    }
  }

  #remove(stream: ServerResponse): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }
}
