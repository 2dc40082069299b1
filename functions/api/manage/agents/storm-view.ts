import * as z from 'zod';
import { executionPage } from '../../../domain/job/console-link.ts';
import { openPhases, type Storm, stormSchema } from '../../../domain/storm/storm.ts';
import type { AtWork } from './any-job.ts';
import { jobStatusView } from './job-status.ts';

/**
 * A storm as the SDK has it: a job of its own kind, for the alert that is its root cause, or the first one that it
 * held.
 */
export const stormView = (storm: Storm) => ({
  id: storm.id,
  executionId: storm.executionArn ?? storm.id,
  stepId: storm.ruleId,
  scheduledAt: storm.createdAt,
  processedAt: storm.endedAt ?? null,
  status: statuses[storm.phase],
  jobType: 'triage_alert_storm' as const,
  jobData: dataOf(storm),
  createdAt: storm.createdAt,
  alertId: storm.rootCause?.alertId ?? storm.firstAlertId,
  relayId: storm.relayId,
});

const statuses = {
  holding: 'pending',
  collecting: 'pending',
  triaging: 'processing',
  dispatched: 'completed',
  released: 'completed',
  not_dispatched: 'failed',
} as const satisfies Record<Storm['phase'], string>;

const dataOf = (storm: Storm) => ({
  stormId: storm.id,
  phase: storm.phase,
  ruleId: storm.ruleId,
  ruleName: storm.ruleName,
  startedAt: storm.startedAt ?? null,
  /** When the threshold was reached; null: it has not been. */
  detectedAt: storm.detectedAt ?? null,
  endedAt: storm.endedAt ?? null,
  /** Alerts of the storm, once it has ended. */
  held: storm.held ?? null,
  /** Alerts that had a session of their own beside it. */
  investigated: storm.investigated ?? [],
  /** Why there is no session. */
  reason: storm.reason ?? null,
  rootCause: storm.rootCause ?? null,
  /** The session that has all of it. */
  sessionJobId: storm.jobId ?? null,
});

const text = z.string().nullable();
const { shape } = stormSchema;

export const stormViewSchema = z.strictObject({
  id: z.string(),
  executionId: z.string(),
  stepId: z.string(),
  scheduledAt: z.string(),
  processedAt: text,
  status: z.enum(['pending', 'processing', 'completed', 'failed']),
  jobType: z.literal('triage_alert_storm'),
  jobData: z.strictObject({
    stormId: z.string(),
    phase: shape.phase,
    ruleId: z.string(),
    ruleName: z.string(),
    startedAt: text,
    detectedAt: text,
    endedAt: text,
    held: z.int().nullable(),
    investigated: z.array(z.string()),
    reason: shape.reason.unwrap().nullable(),
    rootCause: shape.rootCause.unwrap().nullable(),
    sessionJobId: text,
  }),
  createdAt: z.string(),
  alertId: z.string(),
  relayId: z.string(),
});

/** How far a storm is, in the fields of a job's status; what a session has is that of the storm's one session. */
export function stormStatusView(storm: Storm, session: AtWork | undefined) {
  const ofSession = session && jobStatusView(session);
  return {
    ...(ofSession ?? noSession),
    status: statuses[storm.phase],
    progress: storm.phase,
    activity: isOpen(storm) ? storm.phase : (ofSession?.activity ?? null),
    startedAt: storm.startedAt ?? null,
    endedAt: storm.endedAt ?? null,
    executionArn: storm.executionArn ?? null,
    executionUrl: storm.executionArn === undefined ? null : executionPage(storm.executionArn),
  };
}

export const isOpen = ({ phase }: Storm): boolean => openPhases.some((open) => open === phase);

const noSession = {
  attempt: 0,
  maxAttempts: 0,
  lastPollAt: null,
  sessionId: null,
  sessionUrl: null,
  outcome: null,
  cause: null,
  tokens: null,
  costUsd: null,
  patch: null,
};
