import type { AlertOccurrence, WebhookProvider } from '../../functions/contract/alert.ts';
import { type IntakeSettings, type ParsedDelivery, readAlerts } from '../../functions/domain/intake/formats.ts';
import { type JsonObject, parseBody } from '../../functions/domain/intake/json.ts';
import { HookRefusal } from '../../functions/domain/intake/refusal.ts';
import { bytesOf } from './fakes/intake.ts';

/** The body as it comes off the wire. */
export function wired(body: object): JsonObject {
  const parsed = parseBody(bytesOf(body), undefined);
  if (parsed instanceof HookRefusal) throw new Error(`The sample was refused: ${parsed.code}`);
  return parsed;
}

export function read(
  body: object,
  provider: WebhookProvider | null = null,
  settings: IntakeSettings = {},
): ParsedDelivery | HookRefusal {
  const parsed = parseBody(bytesOf(body), undefined);
  return parsed instanceof HookRefusal ? parsed : readAlerts(parsed, provider, settings);
}

export function occurrencesOf(...args: Parameters<typeof read>): AlertOccurrence[] {
  const parsed = read(...args);
  if (parsed instanceof HookRefusal) throw new Error(`The body was refused: ${parsed.code}`);
  if ('nothing' in parsed) throw new Error(`The body speaks of no alert: ${parsed.nothing.code}`);
  return parsed.occurrences;
}

export function firstOf(...args: Parameters<typeof read>): AlertOccurrence {
  const [first] = occurrencesOf(...args);
  if (!first) throw new Error('The body holds no alert');
  return first;
}
