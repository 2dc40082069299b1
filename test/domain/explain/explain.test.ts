import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../functions/domain/decision/decision.ts';
import { explain, type Story } from '../../../functions/domain/explain/explain.ts';
import { relayRunIdOf } from '../../../functions/domain/job/job-id.ts';
import type { Storm } from '../../../functions/domain/storm/storm.ts';
import { alertId, sampleAlert } from '../../support/fakes/alert-samples.ts';
import { sampleCallRecord } from '../../support/fakes/calls.ts';
import { jobId, sampleCollected, sampleExecution, sampleJob, sampleRef } from '../../support/fakes/samples.ts';

const at = (minute: number) => new Date(Date.UTC(2027, 2, 1, 12, minute)).toISOString();
const decision = (changes: Partial<Decision>): Decision => ({
  ...{ alertId, relayId: 'rly_1', ruleId: 'rul_1', reason: 'started', sentence: 'It is new.', count: 1 },
  ...{ firstAt: at(0), lastAt: at(0), lastDeliveryId: 'dlv_1' },
  ...changes,
});
const storm = (changes: Partial<Storm>): Storm => ({
  ...{ id: 'stm_1', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix', firstAlertId: alertId, phase: 'holding' },
  createdAt: at(1),
  ...changes,
});
const told = (story: Partial<Story>): string[] =>
  explain({
    alert: sampleAlert({ createdAt: at(0) }),
    ...{ decisions: [], jobs: [], storms: [], responders: [], calls: [] },
    ruleNames: new Map([['rul_1', 'Fix\ncheckout']]),
    ...story,
  });

describe('the story of an alert', () => {
  test('begins with its sender', () => {
    const [first] = told({});
    const { title, deliveryId, webhookId, format } = sampleAlert();
    for (const part of [at(0), title, deliveryId, webhookId, format]) expect(first).toContain(part);
  });

  test.each([
    [{ kind: 'done', tries: 2 }, /took the call \(msg_\w+, try 2\)/],
    [{ kind: 'again', tries: 7, code: 'status_503' }, /tried again \(msg_\w+, try 7, status_503\)/],
    [{ kind: 'again', tries: 8, code: 'TIMED_OUT' }, /tried too often and lies in the dead-letter queue/],
    [{ kind: 'refused', code: 'private_range' }, /refused for good and lies in the dead-letter queue .*private_range/],
  ] as const)('tells what a call of a webhook rule came to: %o', (call, sentence) => {
    const [, line] = told({ calls: [sampleCallRecord({ at: at(3), ...call })] });
    expect(line).toMatch(sentence);
    expect(line).toContain(`${at(3)} Rule "Fix checkout": `);
  });

  test('says by which entry of the catalogue, in which version, a session went where', () => {
    const catalogue = { version: 3, entry: 'checkout' };
    const input = { ...sampleExecution({ directory: '/srv/checkout' }), catalogue };
    const lines = told({ jobs: [sampleJob({ input, alertId, ruleId: 'rul_1', startedAt: at(2) })] });
    expect(lines.join(' ')).toContain(
      `the execution ${jobId} started in /srv/checkout, by entry "checkout" of the catalogue, version 3; its agent`,
    );
  });

  test('is in the order of time, whatever the order of what is told', () => {
    const sentences = told({
      alert: sampleAlert({
        ...{ createdAt: at(0), acknowledgedAt: at(6), acknowledgedBy: 'alice' },
        ...{ resolvedAt: at(8), resolvedBy: 'monitoring_system', resolvedByProvider: 'prometheus' },
      }),
      decisions: [decision({ firstAt: at(1) })],
      jobs: [
        sampleJob({
          ...{ alertId, ruleId: 'rul_1', startedAt: at(2), promptedAt: at(3), session: sampleRef(), finishedAt: at(5) },
          collected: sampleCollected({ outcome: 'diff_ready', cause: 'Done.', costUsd: 0.125 }),
        }),
      ],
      responders: [{ id: 'rsp_1', alertId, userId: 'bob', status: 'done', joinedAt: at(4), completedAt: at(7) }],
    });
    expect(sentences.slice(1)).toEqual([
      `${at(1)} Rule "Fix checkout": started. It is new.`,
      `${at(2)} Rule "Fix checkout": the execution ${jobId} started; its agent has the permissions "server".`,
      expect.stringContaining(`${at(3)} Rule "Fix checkout": session ses_1 got its prompt. https://`),
      `${at(4)} bob went to work on it.`,
      `${at(5)} Rule "Fix checkout": ${jobId} ended with diff_ready. Done. It cost $0.13.`,
      `${at(6)} alice acknowledged it.`,
      `${at(7)} bob is done with it.`,
      `${at(8)} prometheus resolved it.`,
      'It is over. Sessions that look or looked at it: 1, of which at work: 0.',
    ]);
  });

  test('tells how often, and what a decision became', () => {
    const sentences = told({
      decisions: [
        decision({ reason: 'scheduled', sentence: 'Later.', followedBy: 'not_needed' }),
        decision({ reason: 'duplicate_alert', sentence: 'Again.', count: 3, firstAt: at(1), lastAt: at(9) }),
      ],
    });
    expect(sentences[1]).toContain(
      `scheduled. Later. The relay run ${relayRunIdOf(alertId)} gives it its turn. It became not_needed.`,
    );
    expect(sentences[2]).toContain(`duplicate_alert. Again. 3 entries ended so, the last at ${at(9)}.`);
  });

  test('names a rule that is gone by its id', () => {
    expect(told({ decisions: [decision({ ruleId: 'rul_gone' })] })[1]).toContain('Rule rul_gone: started.');
  });

  test('says that nothing is decided yet', () => {
    expect(told({}).at(-1)).toContain('No rule has decided on it yet');
  });
});

describe('an alert that a storm held', () => {
  const held = decision({ reason: 'storm_held', sentence: 'Held.', stormId: 'stm_1', firstAt: at(1) });
  const ends: [what: string, storm: Partial<Storm>, says: string[]][] = [
    ['is held still', {}, ['began to hold alerts (stm_1)']],
    [
      'went to its one session',
      { phase: 'dispatched', detectedAt: at(2), endedAt: at(3), held: 12, jobId: 'job_1' },
      ['It became storm_triaged with the storm.', 'They are a storm', '12 alerts, went to one session. Job job_1'],
    ],
    ['was let go', { phase: 'released', endedAt: at(3) }, ['There was no storm']],
    [
      'got no session',
      { phase: 'not_dispatched', endedAt: at(3), reason: 'budget' },
      ['It became budget with the storm.', 'got no session (budget)'],
    ],
    [
      'with the cause that the agent named',
      {
        ...{ phase: 'dispatched', endedAt: at(3), jobId: 'job_1' },
        rootCause: { alertId: 'alr_cause', by: 'agent', sentence: 'The\ndisk is full.' },
      },
      ['The agent named alert alr_cause as its root cause: The disk is full.'],
    ],
    [
      'with the cause that it was taken for',
      {
        ...{ phase: 'dispatched', endedAt: at(3), jobId: 'job_1' },
        rootCause: { alertId: 'alr_cause', by: 'fallback', sentence: 'The first one.' },
      },
      ['Taken for its root cause: alert alr_cause. The first one.'],
    ],
  ];
  test.each(ends)('%s', (_, changes, says) => {
    const text = told({ decisions: [held], storms: [storm(changes)] }).join('\n');
    for (const part of says) expect(text).toContain(part);
  });
});
