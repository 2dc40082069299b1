import type { AuditDigest, AuditRecord, ChangeRecord } from '../contract/audit-records.ts';

/** What the audit bucket keeps, each object written once: none is replaced or taken away. */
export interface AuditRecords {
  /** Does nothing where the record is there already. */
  write(record: AuditRecord): Promise<void>;
}

/** An object of the bucket, as S3 took it. */
export interface StoredObject {
  key: string;
  /** ISO 8601, by S3's clock. */
  storedAt: string;
}

export interface AuditArchive {
  /** In the order of their keys, those behind `after` alone. */
  list(prefix: string, after?: string): AsyncIterable<StoredObject>;
  /** Undefined where there is none. */
  read(key: string): Promise<string | undefined>;
  /** False, and nothing written, where the digest of that hour is there already. */
  writeDigest(digest: AuditDigest): Promise<boolean>;
}

/** A change that a request has begun; the outcome and what it changed are there once they are known. */
export interface BegunChange extends Pick<ChangeRecord, 'requestId' | 'at' | 'who' | 'what'> {
  outcome?: ChangeRecord['outcome'] | undefined;
  targets?: ChangeRecord['targets'] | undefined;
}

/** Changes without a record, noted before they are made: so that none is made that nobody hears of. */
export interface BegunChanges {
  begin(change: BegunChange): Promise<void>;
  /** The record could not be written: keeps what is to stand in it. */
  keep(change: BegunChange): Promise<void>;
  /** Its record is written, or there is none to write. */
  end(change: Pick<BegunChange, 'requestId' | 'at'>): Promise<void>;
  /** The oldest first. */
  listOpen(limit: number): Promise<BegunChange[]>;
}
