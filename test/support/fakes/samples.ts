import { createHash } from 'node:crypto';
import type { Collected, ExecutionInput, SessionRef } from '../../../functions/contract/execution.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import type { FileDiff, Session, SessionMessage } from '../../../functions/domain/session/session.ts';
import type { Look, Seen } from '../../../functions/domain/session/verdict.ts';
import type { PatchAudit } from '../../../functions/ports.ts';

export const jobId = 'job_0123456789abcdef0123456789abcdef';
export const executionArn = `arn:aws:states:eu-central-1:123456789012:execution:sessions:${jobId}`;
export const prompt = 'Find out why checkout answers 500 and fix it.';
export const repository = '/srv/work/shop';
export const worktree = '/srv/data/worktree/3dbb5e18/relay-0123456789abcdef0123456789abcdef';
export const baseCommit = '8d1f0c6b1f0b7d1b6d0f1a2b3c4d5e6f70819203';

/** The input of an execution; `session` changes single settings of the session. */
export function sampleExecution(session: Partial<ExecutionInput['session']> = {}): ExecutionInput {
  return {
    jobId,
    startedBy: { webhookId: 'wh_1', format: 'alertmanager', deliveryId: 'dlv_1' },
    alert: {
      id: 'alr_1',
      title: 'Checkout error rate above 5 %',
      severity: 'critical',
      source: 'prometheus',
      fingerprint: 'v1:checkout',
      startsAt: '2027-03-01T11:59:00.000Z',
    },
    relay: { id: 'rly_1', name: 'Production' },
    rule: { id: 'rul_1', name: 'Fix checkout', version: 3, updatedBy: 'admin' },
    why: { reason: 'started', sentence: 'First time this alert fires.' },
    session: {
      integrationId: 'int_1',
      endpoint: 'https://opencode.internal.corp:4096',
      model: { providerID: 'stub', modelID: 'stub-1' },
      agent: 'build',
      directory: repository,
      workspace: 'worktree',
      keepWorkspace: false,
      resultScan: 'withhold',
      permissions: { profile: 'server', rules: [] },
      ...session,
    },
    poll: { intervalMs: 30_000, waitSeconds: 30, maxAttempts: 120 },
    prompt: { sha256: createHash('sha256').update(prompt).digest('hex'), characters: prompt.length },
  };
}

export const sampleRef = (changes: Partial<SessionRef> = {}): SessionRef => ({
  id: 'ses_1',
  directory: worktree,
  repository,
  worktree: true,
  messageId: 'msg_1',
  partId: 'prt_1',
  baseCommit,
  serverVersion: '1.18.33',
  dialect: 'v1',
  url: 'https://opencode.internal.corp:4096/L3Nydg/session/ses_1',
  ...changes,
});

export const sharedRef = (): SessionRef => sampleRef({ directory: repository, worktree: false });

export function sampleJob(changes: Partial<Job> = {}): Job {
  const input = changes.input ?? sampleExecution();
  return {
    id: input.jobId,
    alertId: input.alert.id,
    relayId: input.relay.id,
    ruleId: input.rule.id,
    deliveryId: input.startedBy.deliveryId,
    input,
    prompt,
    createdAt: '2027-03-01T11:59:30.000Z',
    ...changes,
  };
}

export const sampleSession = (changes: Partial<Session> = {}): Session => ({
  id: 'ses_1',
  directory: worktree,
  title: `Checkout error rate above 5 % [${jobId}]`,
  createdAt: Date.parse('2027-03-01T12:00:00.000Z'),
  costUsd: 0.25,
  tokens: { input: 100, output: 25, reasoning: 5, cacheRead: 20, cacheWrite: 1 },
  permissions: null,
  ...changes,
});

/** A session that is not at work and has no messages in view. */
export const sampleSeen = (changes: Partial<Seen> = {}): Seen => ({
  kind: 'seen',
  status: null,
  descendants: [],
  messages: [],
  counted: null,
  pending: [],
  prompt: 'delivered',
  ...changes,
});

/** A look that wants to know nothing of what a session at work writes. */
export const briefLook: Look = { newest: 0, counts: false, counted: null };

export const sampleAnswer = (changes: Partial<SessionMessage> = {}): SessionMessage => ({
  id: 'msg_2',
  role: 'assistant',
  parentId: 'msg_1',
  completed: true,
  finish: 'stop',
  error: null,
  structured: false,
  text: 'Fixed: the pool was too small.',
  empty: false,
  toolErrors: [],
  wrote: [],
  recorded: true,
  progress: '',
  ...changes,
});

/** A modified file of one changed line, as the server gives it. */
export const sampleDiff = (path: string, changes: Partial<FileDiff> = {}): FileDiff => ({
  path,
  status: 'modified',
  patch: `Index: ${path}\n${'='.repeat(67)}\n--- ${path}\t\n+++ ${path}\t\n@@ -1,1 +1,1 @@\n-old\n+new\n`,
  additions: 1,
  deletions: 1,
  ...changes,
});

/** All patches fit, and make the agent's tree. */
export const fitting: PatchAudit = { unfit: [], differing: [], ignored: [] };

export const sampleCollected = (changes: Partial<Collected> = {}): Collected => ({
  outcome: 'no_changes',
  cause: 'The agent finished without a change to apply.',
  polls: 3,
  session: { id: 'ses_1', url: sampleRef().url, serverVersion: '1.18.33' },
  result: null,
  tokens: null,
  costUsd: null,
  checks: null,
  ...changes,
});
