import type { ApiIssue } from '../../../contract/api.ts';
import { parseBody } from '../../../domain/intake/json.ts';
import { type Mapping, tryMapping } from '../../../domain/intake/mapping.ts';
import { HookRefusal as IntakeRefusal } from '../../../domain/intake/refusal.ts';
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
  const issues = [...contradictions(wanted), ...sampleIssues(wanted.mapping, input.samplePayload)];
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

/** The sample is read as a delivery would be; what a path should lead to is named, never what stands there. */
function sampleIssues(mapping: Mapping | undefined, sample: WebhookInput['samplePayload']): ApiIssue[] {
  if (sample === undefined) return [];
  if (!mapping) return [contradiction('samplePayload', 'tries a mapping, and the webhook has none.')];
  const body = parseBody(Buffer.from(JSON.stringify(sample)), 'application/json');
  if (body instanceof IntakeRefusal) return [{ path: ['samplePayload'], code: body.code, message: body.message }];
  return tryMapping(mapping, body).map(({ path, code, message }) => ({ path: ['mapping', ...path], code, message }));
}
