import * as z from 'zod';
import { sha256 } from '../../domain/text/digest.ts';
import type { AuditTrail } from '../../ports.ts';

const subjectSchema = z.union([
  z.string().transform((id) => ({ id, relayId: undefined, alertId: undefined })),
  z.object({ id: z.string(), relayId: z.string().optional(), alertId: z.string().optional() }),
  // A decision has no id of its own.
  z.object({ alertId: z.string() }).transform(({ alertId }) => ({ id: alertId, relayId: undefined, alertId })),
]);
/** What a write is about. The id is the first argument of the port's method, or stands in it. */
export type Subject = z.output<typeof subjectSchema>;

/** Of a write that says no id: a test holds that there is none, and a change never fails for its line in the log. */
const UNKNOWN = 'unknown';

interface Watch {
  trail: Pick<AuditTrail, 'changed'>;
  kind: string;
  /** The methods of the port that only read. Every other one is a change. */
  reads?: readonly string[];
  read?: (subject: Subject) => Promise<unknown>;
  /** Of a method that writes something else besides: which argument that is. Other methods go through unwatched. */
  only?: { method: string; argument: number };
}

/**
 * The same port, whose writes are noted with digests of what is stored before and after. A write that changes nothing
 * is not noted; one that fails is, by what it had changed until then. Costs two reads per change, which people make by
 * hand. Without `read` (what must not be digested, as a password, or is not stored by us) every write is noted.
 */
export function audited<Port extends object>({ trail, kind, reads = [], read, only }: Watch, port: Port): Port {
  const digest = async (subject: Subject | undefined) => (read && subject ? digestOf(await read(subject)) : null);
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || typeof name !== 'string' || reads.includes(name)) return method;
      if (only && only.method !== name) return method;
      return async (...given: unknown[]): Promise<unknown> => {
        const subject = subjectSchema.safeParse(given[only?.argument ?? 0]).data;
        const before = await digest(subject);
        try {
          return await Reflect.apply(method, target, given);
        } finally {
          // What cannot be read any more hides neither the change nor what the write threw.
          const after = await digest(subject).catch(() => UNKNOWN);
          if (!read || !subject || before !== after) trail.changed({ kind, id: subject?.id ?? UNKNOWN, before, after });
        }
      };
    },
  });
}

const digestOf = (stored: unknown): string | null => (stored === undefined ? null : sha256(JSON.stringify(stored)));
