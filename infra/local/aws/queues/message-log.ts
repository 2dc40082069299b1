import { z } from 'zod';
import { JsonLines } from '../json-lines.ts';
import { type StoredMessage, storedMessageSchema } from './message.ts';

/** A message as it is now, or what changed of it, or that it is gone. */
const entrySchema = z.union([
  z.strictObject({ kept: storedMessageSchema }),
  z.strictObject({ changed: storedMessageSchema.omit({ body: true, attributes: true }) }),
  z.strictObject({ deleted: z.string() }),
]);

/** The messages of one queue, in memory and, before anyone is told, in a log on disk. */
export class MessageLog {
  readonly #lines: JsonLines<z.infer<typeof entrySchema>>;
  readonly #messages = new Map<string, StoredMessage>();

  /** Reads what the last process left, and compacts it to the messages that `revive` returns. */
  constructor(path: string, revive: (message: StoredMessage) => StoredMessage | undefined) {
    this.#lines = new JsonLines(path, entrySchema);
    for (const entry of this.#lines.read()) {
      if ('kept' in entry) this.#messages.set(entry.kept.id, entry.kept);
      else if ('deleted' in entry) this.#messages.delete(entry.deleted);
      else {
        const message = this.#messages.get(entry.changed.id);
        if (message) this.#messages.set(message.id, { ...message, ...entry.changed });
      }
    }
    for (const message of [...this.#messages.values()]) {
      const revived = revive(message);
      if (revived) this.#messages.set(message.id, revived);
      else this.#messages.delete(message.id);
    }
    this.#lines.replace(this.all().map((kept) => ({ kept })));
  }

  /** In the order in which they came. */
  all(): StoredMessage[] {
    return [...this.#messages.values()];
  }

  get(id: string): StoredMessage | undefined {
    return this.#messages.get(id);
  }

  keep(message: StoredMessage): void {
    this.#lines.append({ kept: message });
    this.#messages.set(message.id, message);
  }

  change(message: StoredMessage): StoredMessage {
    const { body, attributes, ...changed } = message;
    this.#lines.append({ changed });
    this.#messages.set(message.id, message);
    return message;
  }

  delete(id: string): void {
    this.#lines.append({ deleted: id });
    this.#messages.delete(id);
  }

  clear(): void {
    this.#lines.replace([]);
    this.#messages.clear();
  }
}
