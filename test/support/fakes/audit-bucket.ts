import { type AuditDigest, auditText, digestKeyOf } from '../../../functions/contract/audit-records.ts';
import type { AuditArchive } from '../../../functions/ports.ts';
import type { AuditBucketReader } from '../../../infra/commands/audit/bucket.ts';

/** An audit bucket in memory, as the function that writes digests has it, and as whoever verifies it. */
export class FakeAuditBucket {
  readonly objects = new Map<string, { text: string; storedAt: string }>();

  put(key: string, text: string, storedAt: string): void {
    this.objects.set(key, { text, storedAt });
  }

  #listed(prefix: string, after = ''): { key: string; storedAt: string }[] {
    return [...this.objects]
      .filter(([key]) => key.startsWith(prefix) && key > after)
      .map(([key, { storedAt }]) => ({ key, storedAt }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  archive(now: () => Date): AuditArchive {
    const listed = (prefix: string, after?: string) => this.#listed(prefix, after);
    return {
      async *list(prefix, after) {
        yield* listed(prefix, after);
      },
      read: async (key) => this.objects.get(key)?.text,
      writeDigest: async (digest: AuditDigest) => {
        const key = digestKeyOf(digest.to);
        if (this.objects.has(key)) return false;
        this.put(key, auditText(digest), now().toISOString());
        return true;
      },
    };
  }

  reader(): AuditBucketReader {
    return {
      list: async (prefix, after) => this.#listed(prefix, after),
      read: async (key) => this.objects.get(key)?.text,
    };
  }
}
