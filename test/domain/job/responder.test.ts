import { describe, expect, test } from 'vitest';
import { type Outcome, outcomes } from '../../../functions/contract/outcomes.ts';
import { agentResponderOf, responderIdOf } from '../../../functions/domain/job/responder.ts';
import { sampleCollected, sampleJob, sampleRef } from '../../support/fakes/samples.ts';

const finishedAt = '2027-03-01T12:05:00.000Z';

test('a user is one responder of an alert', () => {
  expect(responderIdOf('alr_1', 'alice')).toMatch(/^rsp_[\da-f]{32}$/);
  expect(responderIdOf('alr_1', 'alice')).toBe(responderIdOf('alr_1', 'alice'));
  const others = [responderIdOf('alr_2', 'alice'), responderIdOf('alr_1', 'bob'), responderIdOf('alr_1alice', '')];
  expect(new Set([responderIdOf('alr_1', 'alice'), ...others]).size).toBe(4);
});

describe('the agent of a job', () => {
  test('is there once its session is', () => {
    expect(agentResponderOf(sampleJob())).toBeUndefined();
    expect(agentResponderOf(sampleJob({ executionArn: 'arn', startedAt: finishedAt }))).toBeUndefined();
    expect(agentResponderOf(sampleJob({ session: sampleRef() }))).toEqual({
      id: expect.stringMatching(/^rsp_[\da-f]{32}$/),
      alertId: 'alr_1',
      integrationId: 'int_1',
      sessionId: 'ses_1',
      status: 'on_it',
      joinedAt: sampleJob().createdAt,
      completedAt: undefined,
    });
  });

  const green: Outcome[] = ['diff_ready', 'no_changes'];
  test.each(outcomes.map((outcome) => [outcome, green.includes(outcome) ? 'done' : 'dropped'] as const))(
    'after %s is %s',
    (outcome, status) => {
      const job = sampleJob({ session: sampleRef(), collected: sampleCollected({ outcome }), finishedAt });
      expect(agentResponderOf(job)).toMatchObject({ status, completedAt: finishedAt });
    },
  );

  test('never was where no session was made', () => {
    const collected = sampleCollected({ outcome: 'server_unreachable', session: null });
    expect(agentResponderOf(sampleJob({ collected, finishedAt }))).toBeUndefined();
  });

  test('is known from the result alone', () => {
    expect(agentResponderOf(sampleJob({ collected: sampleCollected(), finishedAt }))?.sessionId).toBe('ses_1');
  });
});
