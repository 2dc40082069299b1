import { join } from 'node:path';
import { z } from 'zod';
import { JsonLines } from '../json-lines.ts';
import { makeDirectory } from '../private-files.ts';
import { type BusEvent, busEventSchema } from './event.ts';

/** An event on its way to the target of one rule, rules by `bus/rule`. */
const deliverySchema = z.strictObject({ rule: z.string(), event: busEventSchema });
export type Delivery = z.infer<typeof deliverySchema>;

const entrySchema = z.union([deliverySchema, z.strictObject({ rule: z.string(), done: z.string() })]);
const publishedSchema = z.strictObject({ bus: z.string(), event: busEventSchema });

/**
 * `events.jsonl` holds every event for audits; `deliveries.jsonl` what is still to be delivered, so that a kill -9
 * between an event and its target loses nothing.
 */
export class DeliveryLog {
  readonly #events: JsonLines<z.infer<typeof publishedSchema>>;
  readonly #deliveries: JsonLines<z.infer<typeof entrySchema>>;
  readonly #undelivered = new Map<string, Delivery>();

  constructor(directory: string) {
    makeDirectory(directory);
    this.#events = new JsonLines(join(directory, 'events.jsonl'), publishedSchema);
    this.#deliveries = new JsonLines(join(directory, 'deliveries.jsonl'), entrySchema);
    for (const entry of this.#deliveries.read()) {
      if ('done' in entry) this.#undelivered.delete(`${entry.rule} ${entry.done}`);
      else this.#undelivered.set(`${entry.rule} ${entry.event.id}`, entry);
    }
    this.#deliveries.replace(this.undelivered());
  }

  /** What the last process accepted and did not deliver. */
  undelivered(): Delivery[] {
    return [...this.#undelivered.values()];
  }

  published(bus: string, event: BusEvent): void {
    this.#events.append({ bus, event });
  }

  accepted(delivery: Delivery): void {
    this.#deliveries.append(delivery);
  }

  delivered({ rule, event }: Delivery): void {
    this.#deliveries.append({ rule, done: event.id });
  }
}
