import { expect, test } from 'vitest';
import type { Collected, Result } from '../../../functions/contract/execution.ts';
import { type Outcome, outcomes } from '../../../functions/contract/outcomes.ts';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import { nextActions } from '../../../functions/domain/explain/next-actions.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { jobId, sampleCollected, sampleJob, sampleRef } from '../../support/fakes/samples.ts';

const at = '2027-03-01T12:00:00.000Z';
const alert = (changes: Partial<Alert> = {}) => sampleAlert({ id: 'alr_1', ...changes });
const working = sampleJob({ session: sampleRef(), promptedAt: at });
const result: Result = {
  bucket: 'results',
  patch: `${jobId}/patch.diff`,
  answer: null,
  manifest: `${jobId}/manifest.json`,
  patchSha256: '0'.repeat(64),
  files: 1,
  additions: 1,
  deletions: 1,
  baseCommit: null,
};
const decided = (collected: Partial<Collected>): Job =>
  sampleJob({ session: sampleRef(), finishedAt: at, collected: sampleCollected(collected) });

const situations: [what: string, changes: Partial<Alert>, onIt: string[], jobs: Job[], said: string[]][] = [
  [
    'nobody, and no session',
    {},
    [],
    [],
    [
      'Nobody is on it. Take it: POST /alerts/alr_1/on-it.',
      'No session was started. GET /alerts/alr_1/decisions tells for each rule why.',
    ],
  ],
  ['people', {}, ['alice', 'bob'], [working], ['On it: alice, bob. Talk to them']],
  ['somebody assigned', { assignedToUserId: 'alice' }, [], [], ['Assigned to alice, who is not on it yet.']],
  [
    'a session at work',
    {},
    [],
    [working],
    [
      'Only an agent is on it. Take it: POST /alerts/alr_1/on-it.',
      `Rule "Fix checkout": session ses_1 is at work since ${at}. Watch it: ${sampleRef().url} Stop it: POST /agents/jobs/${jobId}/cancel.`,
    ],
  ],
  ['a session without its prompt', {}, [], [sampleJob({ session: sampleRef() })], ['about to get its prompt']],
  ['no session yet', {}, [], [sampleJob()], ['is being created. Look again in a minute.']],
  [
    'a diff',
    {},
    [],
    [decided({ outcome: 'diff_ready', cause: 'The agent changed 1 file (+1 -1).', result })],
    [
      'Nobody is on it',
      `a diff is ready. The agent changed 1 file (+1 -1). Session: ${sampleRef().url} GET /agents/jobs/${jobId}/result gives links to the patch; in the repository: git apply --3way patch.diff All of it on a page: GET /agents/jobs/${jobId}/report.`,
    ],
  ],
  [
    'a question',
    {},
    [],
    [decided({ outcome: 'blocked', cause: 'It asks: which branch?' })],
    ['blocked and waits for a person. It asks: which branch?', `Session: ${sampleRef().url}`, '/rules/rul_1/run.'],
  ],
  [
    'a failure',
    {},
    [],
    [decided({ outcome: 'session_failed', cause: 'The model\nanswered 529.', result: { ...result, patch: null } })],
    ['the session failed. The model answered 529.', 'gives links to what it left.', 'Run it again: POST /alerts/alr_1'],
  ],
  [
    'a server that was never reached',
    {},
    [],
    [
      sampleJob({
        collected: sampleCollected({ outcome: 'server_unreachable', cause: 'ECONNREFUSED.', session: null }),
      }),
    ],
    ['could not be reached. ECONNREFUSED. Run it again'],
  ],
  [
    'an alert that a user resolved',
    { resolvedAt: at, resolvedBy: 'user', resolvedByUserId: 'alice' },
    [],
    [working],
    [
      `was resolved at ${at} by alice: nothing has to be done at once.`,
      `A session is still at work on it. If nobody needs it: POST /agents/jobs/${jobId}/cancel.`,
    ],
  ],
  [
    'an alert that its monitoring system resolved',
    { resolvedAt: at, resolvedBy: 'monitoring_system', resolvedByProvider: 'grafana' },
    [],
    [],
    [`resolved at ${at} by grafana`],
  ],
];

test.each(situations)('%s', (_, changes, onIt, jobs, said) => {
  const text = nextActions({ alert: alert(changes), onIt, jobs }).join('\n');
  for (const sentence of said) expect(text).toContain(sentence);
});

test('a rule has one sentence, whatever its outcome, and only what is not green is run again', () => {
  for (const outcome of outcomes) {
    const actions = nextActions({ alert: alert(), onIt: [], jobs: [decided({ outcome })] });
    expect(actions).toHaveLength(2);
    const green: Outcome[] = ['diff_ready', 'no_changes'];
    expect(actions[1]?.includes('Run it again')).toBe(!green.includes(outcome));
  }
});

test('a resolved alert asks nobody to take it', () => {
  const actions = nextActions({ alert: alert({ resolvedAt: at, resolvedBy: 'user' }), onIt: [], jobs: [] });
  expect(actions.join()).not.toContain('on-it');
});
