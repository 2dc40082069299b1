import type { CheckResult } from '../../contract/checks.ts';
import type { Collected } from '../../contract/execution.ts';
import type { Alert } from '../alert/alert.ts';
import type { Job } from './job.ts';

/** Stands where a text of the sender's, or of somebody who has read it, was. */
export const ERASED = 'erased';

/** Stands for the fingerprint. No digest of it: a key that somebody can guess would be known by its digest. */
const erasedFingerprint = (alertId: string): string => `${ERASED}:${alertId}`;

/** Whether nothing stands in the job any more of what was said in it. */
export const isErased = ({ alertId, input }: Pick<Job, 'alertId' | 'input'>): boolean =>
  input.alert.fingerprint === erasedFingerprint(alertId);

type AlertTexts = Pick<
  Alert,
  | 'title'
  | 'message'
  | 'source'
  | 'service'
  | 'environment'
  | 'externalId'
  | 'fingerprint'
  | 'links'
  | 'labels'
  | 'metadata'
>;

/** What the sender said, overwritten; what was absent stays so. Ids, times, severity and format stay. */
export const erasedTexts = ({ id, message, service, environment, externalId }: Alert): AlertTexts => ({
  title: ERASED,
  source: ERASED,
  fingerprint: erasedFingerprint(id),
  message: message && ERASED,
  service: service && ERASED,
  environment: environment && ERASED,
  externalId: externalId && ERASED,
  links: {},
  labels: {},
  metadata: {},
});

type JobTexts = Pick<Job, 'input' | 'prompt' | 'kept' | 'followUp' | 'collected'>;

/** What a job holds of its alert, and of what was said in its session. Digests, outcome, cost and session stay. */
export function erasedJob({ alertId, input, kept, followUp, collected }: Job): JobTexts {
  const alert = { ...input.alert, title: ERASED, source: ERASED, fingerprint: erasedFingerprint(alertId) };
  return {
    input: { ...input, alert, why: { ...input.why, sentence: ERASED } },
    prompt: ERASED,
    kept: kept && {
      ...kept,
      keptFor: kept.keptFor && ERASED,
      collected: erasedCollected(kept.collected),
      ...(kept.checks && { checks: kept.checks.map(erasedCheck) }),
    },
    followUp: followUp && { ...followUp, prompt: ERASED },
    collected: collected && erasedCollected(collected),
  };
}

const erasedCheck = (check: CheckResult): CheckResult => ({ ...check, output: ERASED });

/** Its result is deleted. */
const erasedCollected = ({ checks, agentVerdict, ...collected }: Collected): Collected => ({
  ...collected,
  cause: ERASED,
  result: null,
  ...(checks !== undefined && { checks: checks?.map(erasedCheck) ?? null }),
  ...(agentVerdict !== undefined && { agentVerdict: agentVerdict && { ...agentVerdict, sentence: ERASED } }),
});
