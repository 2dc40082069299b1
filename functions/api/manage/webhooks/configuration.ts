import * as z from 'zod';
import { type AlertOccurrence, occurrenceSchema } from '../../../contract/alert.ts';
import type { ApiIssue } from '../../../contract/api.ts';
import { fullMapping, readAlerts } from '../../../domain/intake/formats.ts';
import { type JsonObject, parseBody } from '../../../domain/intake/json.ts';
import { HookRefusal as IntakeRefusal } from '../../../domain/intake/refusal.ts';
import { tryMapping } from '../../../domain/intake/try-mapping.ts';
import type { Webhook } from '../../../domain/webhook/webhook.ts';
import { ApiRefusal, invalid } from '../refusal.ts';
import { type AuthDeps, authOf } from './auth.ts';
import type { WebhookInput } from './webhook-input.ts';

/**
 * The webhook with what the input names; null takes a field away. What contradicts itself is refused before anything is
 * stored, and so is a mapping that leads nowhere in the sample that comes with it.
 */
export async function configured(deps: AuthDeps, stored: Webhook, input: WebhookInput): Promise<Webhook | ApiRefusal> {
  const wanted = merged(stored, input);
  const issues = [...contradictions(wanted), ...sampleIssues(wanted, input.samplePayload)];
  if (issues.length > 0) return invalid(issues);
  if (input.auth === undefined) return wanted;
  const { auth: _, ...open } = wanted;
  if (input.auth === null) return open;
  const auth = await authOf(deps, stored, input.auth);
  return auth instanceof ApiRefusal ? auth : { ...open, auth };
}

function merged(stored: Webhook, input: WebhookInput): Webhook {
  const { description, dedupLabels, ignoreLabels, mapping, ...rest } = stored;
  const wanted = {
    description: kept(description, input.description),
    dedupLabels: kept(dedupLabels, input.dedupLabels),
    ignoreLabels: kept(ignoreLabels, input.ignoreLabels),
    mapping: kept(mapping, input.mapping),
  };
  return {
    ...rest,
    provider: input.provider === undefined ? stored.provider : input.provider,
    enabled: input.enabled ?? stored.enabled,
    ...(wanted.description !== undefined && { description: wanted.description }),
    ...(wanted.dedupLabels && { dedupLabels: wanted.dedupLabels }),
    ...(wanted.ignoreLabels && { ignoreLabels: wanted.ignoreLabels }),
    ...(wanted.mapping && { mapping: wanted.mapping }),
  };
}

const kept = <Value>(stored: Value | undefined, given: Value | null | undefined): Value | undefined =>
  given === undefined ? stored : (given ?? undefined);

function contradictions({ dedupLabels, ignoreLabels, mapping, provider }: Webhook): ApiIssue[] {
  const issues: ApiIssue[] = [];
  if (dedupLabels && ignoreLabels) {
    issues.push(
      contradiction(
        'ignoreLabels',
        'must not be set beside dedupLabels: one names what to keep, the other what to fold away. Set one of them to null.',
      ),
    );
  }
  if (mapping && provider !== 'custom') {
    issues.push(
      contradiction('mapping', 'goes with the provider "custom" only. Set it to null, or the provider to "custom".'),
    );
  }
  return issues;
}

const contradiction = (field: string, message: string): ApiIssue => ({ path: [field], code: 'contradiction', message });

/**
 * Each sample is read as a delivery would be; what a path should lead to is named, never what stands there, save a word
 * of the state that no list has.
 */
function sampleIssues(webhook: Webhook, given: WebhookInput['samplePayload']): ApiIssue[] {
  if (given === undefined) return [];
  if (webhook.provider === null || (webhook.provider === 'custom' && !webhook.mapping)) {
    return [contradiction('samplePayload', 'tries a mapping, and the webhook has none.')];
  }
  const samples = samplesOf(given);
  if (samples instanceof IntakeRefusal) {
    return [{ path: ['samplePayload'], code: samples.code, message: samples.message }];
  }
  const misled = webhook.mapping ? tryMapping(fullMapping(webhook.mapping), ...samples) : [];
  if (misled.length > 0) {
    return misled.map(({ path, code, message }) => ({ path: ['mapping', ...path], code, message }));
  }
  return samples.flatMap((sample, index) => {
    const parsed = readAlerts(sample, webhook.provider, webhook);
    if (!(parsed instanceof IntakeRefusal)) return [];
    const path = ['samplePayload', ...(Array.isArray(given) ? [index] : [])];
    if (parsed.issues.length === 0) return [{ path, code: parsed.code, message: parsed.message }];
    return parsed.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
  });
}

function samplesOf(given: NonNullable<WebhookInput['samplePayload']>): JsonObject[] | IntakeRefusal {
  const samples: JsonObject[] = [];
  for (const sample of [given].flat()) {
    const body = parseBody(Buffer.from(JSON.stringify(sample)), 'application/json');
    if (body instanceof IntakeRefusal) return body;
    samples.push(body);
  }
  return samples;
}

/** What each sample becomes: its alerts as they would be stored, or why it is none. */
export function readSamples(webhook: Webhook, given: WebhookInput['samplePayload']): SampleView[] {
  const samples = given === undefined ? [] : samplesOf(given);
  if (samples instanceof IntakeRefusal) return [];
  return samples.flatMap((sample): SampleView[] => {
    const parsed = readAlerts(sample, webhook.provider, webhook);
    if (parsed instanceof IntakeRefusal) return [];
    if ('nothing' in parsed) return [{ ignored: parsed.nothing, alerts: [] }];
    return [{ ignored: null, alerts: parsed.occurrences.map(shownAlert) }];
  });
}

const shownAlert = (occurrence: AlertOccurrence): SampleView['alerts'][number] => {
  const { status, title, severity, fingerprint, message, service, environment, startsAt, occurredAt, links, labels } =
    occurrence;
  return { status, title, severity, fingerprint, message, service, environment, startsAt, occurredAt, links, labels };
};

export const sampleViewSchema = z.strictObject({
  ignored: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  alerts: z.array(
    z.strictObject(occurrenceSchema.shape).pick({
      status: true,
      title: true,
      severity: true,
      fingerprint: true,
      message: true,
      service: true,
      environment: true,
      startsAt: true,
      occurredAt: true,
      links: true,
      labels: true,
    }),
  ),
});
type SampleView = z.infer<typeof sampleViewSchema>;
