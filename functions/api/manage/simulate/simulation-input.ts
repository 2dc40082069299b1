import * as z from 'zod';
import { severitySchema, webhookProviders } from '../../../contract/alert.ts';
import { limits } from '../../../contract/limits.ts';
import { readAlerts } from '../../../domain/intake/formats.ts';
import { parseBody } from '../../../domain/intake/json.ts';
import { HookRefusal as IntakeRefusal } from '../../../domain/intake/refusal.ts';
import type { Webhook } from '../../../domain/webhook/webhook.ts';
import { text } from '../fields.ts';
import { memberText } from '../json-text.ts';
import { type ApiRefusal, invalid } from '../refusal.ts';

/** The fields of the public contract; they are read as the generic format. */
const alertInput = z.strictObject({
  title: text(limits.titleCharacters),
  message: z.string().optional(),
  severity: z.optional(severitySchema),
  source: z.string().optional(),
  externalId: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export const simulationInput = z
  .strictObject({
    /** When the alert is taken to arrive. Now, where it is absent. */
    simulateAt: z.iso.datetime({ offset: true }).optional(),
    alert: alertInput.optional(),
    /** A body as a monitoring system posts it. */
    payload: z.unknown().optional(),
    /** The payload's format; else that of the webhook, which may leave it to the body. */
    source: z.enum(webhookProviders).optional(),
    /** The webhook that the payload comes to; else the relay's first one. */
    webhookId: text().optional(),
  })
  .superRefine(({ alert, payload }, context) => {
    if (alert === undefined || payload === undefined) return;
    const message = 'must not stand beside payload';
    context.addIssue({ code: 'custom', message, path: ['alert'], params: { code: 'alert_or_payload' } });
  });
export type SimulationInput = z.output<typeof simulationInput>;

/** The part of the request that is taken for a hook's body, letter for letter. */
export interface SentBody {
  member: 'alert' | 'payload';
  text: string;
}

/** What is simulated where the request has neither: the contract leaves both out, to see the rules alone. */
const SIMULATED_TITLE = 'Simulated alert';

export function sentBody({ alert, payload, source }: SimulationInput, bodyText: string): SentBody {
  const member = payload === undefined ? 'alert' : 'payload';
  if (alert === undefined && payload === undefined) {
    return { member, text: JSON.stringify({ title: SIMULATED_TITLE, source }) };
  }
  return { member, text: memberText(bodyText, member) ?? '' };
}

/**
 * What the intake makes of the body at that webhook; what it refuses, or needs no alert for, is a 400 with its words.
 */
export function readSent({ member, text }: SentBody, { source }: SimulationInput, webhook: Webhook | undefined) {
  const body = parseBody(Buffer.from(text), 'application/json');
  if (body instanceof IntakeRefusal) return refusedBy(body, member);
  const parsed =
    member === 'alert' ? readAlerts(body, 'generic') : readAlerts(body, source ?? webhook?.provider ?? null, webhook);
  if (parsed instanceof IntakeRefusal) return refusedBy(parsed, member);
  if ('occurrences' in parsed) return parsed;
  const { code, message } = parsed.nothing;
  return invalid([{ path: [member], code, message: `speaks of no alert: ${message}` }]);
}

/** A refusal of the intake, with its issues at their place in the request. */
export function refusedBy({ code, message, issues }: IntakeRefusal, member: SentBody['member']): ApiRefusal {
  if (issues.length === 0) return invalid([{ path: [member], code, message }]);
  return invalid(issues.map((issue) => ({ ...issue, path: [member, ...issue.path] })));
}
