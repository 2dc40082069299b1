import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Outcome } from '../../../functions/contract/outcomes.ts';
import type { ReasonCode } from '../../../functions/contract/reason-codes.ts';
import { DecisionLog } from '../../../infra/local/decisions.ts';
import { OutcomeLog } from '../../../infra/local/outcome-log.ts';
import { awaitCleanUp, awaitSample } from '../../../infra/local/sample-story.ts';
import { executionArn, sampleCollected, sampleExecution } from '../../support/fakes/samples.ts';

function newLogs() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const decisions = new DecisionLog();
  const outcomes = new OutcomeLog();
  return {
    logs: { decisions, outcomes },
    decide: (reason: ReasonCode) =>
      decisions.add({ alertId: 'alr_1', ruleId: 'rul_1', reason, sentence: `Because of ${reason}.` }),
    end(outcome: Outcome, jobId = 'job_1') {
      const { alert, relay, rule } = sampleExecution();
      const detail = { jobId, executionArn, alert: { ...alert, id: 'alr_1' }, relay, rule };
      const event = { ...detail, ...sampleCollected({ outcome }) };
      outcomes.add({ source: 'opencode-relay', 'detail-type': 'OpenCode session finished', detail: event });
    },
  };
}

describe('the sample ends', () => {
  test.each<[Outcome, number]>([
    ['diff_ready', 0],
    ['no_changes', 1],
    ['session_failed', 1],
  ])('with the session’s outcome %s, and status %i', async (outcome, status) => {
    const { logs, decide, end } = newLogs();
    const told = awaitSample('alr_1', logs);
    decide('started');
    end(outcome);
    expect(await told).toEqual({ status, sentence: `The session ended with ${outcome}.` });
  });

  test.each<ReasonCode>([
    'same_title_running',
    'paused',
    'budget',
    'cooldown',
    'rule_disabled',
    'not_matched',
    'no_rules',
    'invalid_rule',
    'storm_held',
  ])('with the decision where that is %s, with status 3, and waits for no session', async (reason) => {
    const { logs, decide } = newLogs();
    decide(reason);
    const told = awaitSample('alr_1', logs);
    await vi.advanceTimersByTimeAsync(1_000);
    const sentence = `No session looks at the sample alert (${reason}). Because of ${reason}.`;
    expect(await told).toEqual({ status: 3, sentence });
  });

  test('with the session that another rule starts, a moment after the first has decided against one', async () => {
    const { logs, decide, end } = newLogs();
    const told = awaitSample('alr_1', logs);
    decide('cooldown');
    await vi.advanceTimersByTimeAsync(500);
    decide('started');
    end('diff_ready');
    expect((await told).status).toBe(0);
  });

  test('after 30 s without a decision, and says what it waited for', async () => {
    const { logs } = newLogs();
    const told = awaitSample('alr_1', logs);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await told).toEqual({
      status: 4,
      sentence: 'Waited 30 s for the decision on the sample alert alr_1. "npm run explain -- alr_1" tells its story.',
    });
  });

  test('after five minutes without an end of the session', async () => {
    const { logs, decide } = newLogs();
    const told = awaitSample('alr_1', logs);
    decide('started');
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await told).toMatchObject({ status: 4, sentence: expect.stringContaining('Waited 300 s for the session') });
  });
});

describe('the clean-up of what the last start left', () => {
  /** What is told of the phase. */
  function told() {
    const results: string[] = [];
    return { results, phase: (name: string) => ({ done: (result: string) => results.push(`${name}: ${result}`) }) };
  }

  test('is over once each session that was lost has its outcome', async () => {
    const { logs, end } = newLogs();
    const terminal = told();
    const done = awaitCleanUp(['job_1', 'job_2'], logs.outcomes, terminal);
    end('cancelled', 'job_1');
    expect(terminal.results).toEqual([]);
    end('cancelled', 'job_2');
    await done;
    expect(terminal.results).toEqual(['clean-up: each session that was lost has its outcome']);
  });

  test('is waited for 30 s at most, and that is told', async () => {
    const { logs } = newLogs();
    const terminal = told();
    const done = awaitCleanUp(['job_1'], logs.outcomes, terminal);
    await vi.advanceTimersByTimeAsync(30_000);
    await done;
    expect(terminal.results).toEqual([expect.stringContaining('no outcome yet')]);
  });

  test('takes no time, and no line, where no session was lost', async () => {
    const terminal = told();
    await awaitCleanUp([], newLogs().logs.outcomes, terminal);
    expect(terminal.results).toEqual([]);
  });
});
