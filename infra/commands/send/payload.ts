import type { Incident } from './incident.ts';

export type SendStatus = 'firing' | 'update' | 'acknowledged' | 'resolved' | 'unknown' | 'test';

/** A delivery before it is signed. */
export interface Payload {
  body: object;
  /** Beside the content type and the signature. */
  headers?: Record<string, string>;
}

/** What a provider sends, by what it is to say. What it has no message for is left out. */
export type Provider = Partial<Record<SendStatus, (incident: Incident) => Payload>>;
