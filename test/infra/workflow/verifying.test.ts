import { describe, expect, it } from 'vitest';
import { taskInputs } from '../../../functions/contract/execution.ts';
import { limits } from '../../../functions/contract/limits.ts';
import { type Script, walk } from '../../support/workflow.ts';
import {
  type Call,
  checked,
  checking,
  corrected,
  lambdaError,
  session,
  settled,
  toCorrect,
} from '../../support/workflow-functions.ts';

const done: Script = { 'Poll session': () => settled };
const verifying = (script: Script): Script => ({ ...done, 'Keep result': () => undefined, ...script });
const collectInput = taskInputs.collectResult;

describe('a rule with checks', () => {
  it('has them run between the end of the agent and the end of its result', async () => {
    const walked = await walk({ script: verifying({}) });
    expect(walked.path).toEqual([
      ...['Begin', 'Create session', 'Send prompt', 'Wait for poll interval', 'Poll session', 'Session ended?'],
      ...['Keep result', 'Start checks', 'Checks done?'],
      ...['Wait for checks', 'Look at checks', 'Checks done?', 'Wait for checks', 'Look at checks', 'Checks done?'],
      ...['Collect result', 'Publish outcome', 'Outcome?', 'Diff ready'],
    ]);
    expect(walked.callsOf('Look at checks').map(({ at }) => at)).toEqual([33_000, 38_000]);
    expect(walked.callsOf('Keep result').map(({ input }) => collectInput.parse(input).keep)).toEqual([true]);
    expect(collectInput.parse(walked.callsOf('Collect result')[0]?.input).checks).toEqual(checked.checks);
    expect(walked.published).toMatchObject([{ outcome: 'diff_ready', checks: checked.checks }]);
  });

  it('asks nobody where the agent did not come to its end', async () => {
    const blocked = { ...settled, active: true, ending: { outcome: 'blocked' as const, cause: 'Asks.' } };
    const walked = await walk({ script: verifying({ 'Poll session': () => blocked }) });
    expect(walked.path).not.toContain('Keep result');
    expect(walked.published).toMatchObject([{ outcome: 'blocked' }]);
  });

  it('collects at once where there is nothing to check', async () => {
    const walked = await walk({ script: verifying({ 'Start checks': () => checked }) });
    expect(walked.path).not.toContain('Wait for checks');
    expect(walked.published).toMatchObject([{ outcome: 'diff_ready', checks: checked.checks }]);
  });

  it('polls the next turn of the agent, then keeps and checks anew', async () => {
    const walked = await walk({
      script: verifying({ 'Look at checks': ({ turn }) => (turn === 1 ? toCorrect : checked) }),
    });
    const round = ['Keep result', 'Start checks', 'Checks done?', 'Wait for checks', 'Look at checks', 'Checks done?'];
    const turn = ['Wait for poll interval', 'Poll session', 'Session ended?'];
    expect(walked.path.slice(3, -4)).toEqual([...turn, ...round, 'Send findings', ...turn, ...round]);
    expect(taskInputs.sendFindings.parse(walked.callsOf('Send findings')[0]?.input)).toMatchObject({
      checks: toCorrect.checks,
      session,
    });
    const polled = walked.callsOf('Poll session').map(({ input }) => taskInputs.pollSession.parse(input));
    expect(polled.map((poll) => poll.session)).toEqual([session, corrected]);
    expect(polled.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const looks = walked.callsOf('Look at checks').map(({ input }) => taskInputs.verifyPatch.parse(input).looks);
    expect(looks).toEqual([1, 1]);
  });

  it('looks so often at most, in 9 events each, also where no look comes through', async () => {
    for (const look of [() => checking, eaten]) {
      const walked = await walk({ script: verifying({ 'Look at checks': look }) });
      expect(walked.callsOf('Look at checks')).toHaveLength(limits.checkLooks);
      expect(walked.published).toMatchObject([{ outcome: 'diff_ready', checks: null }]);
      // All checks may take an hour.
      expect(walked.took).toBeGreaterThan((limits.checkMinutesInAll + 10) * 60_000);
      expect(walked.events.length).toBeLessThan(limits.checkLooks * 9 + 100);
    }
  });

  it('goes on where trouble has passed', async () => {
    const walked = await walk({
      script: verifying({ 'Look at checks': (call) => (call.attempt < 4 ? eaten() : checked) }),
    });
    expect(walked.published).toMatchObject([{ outcome: 'diff_ready', checks: checked.checks }]);
  });
});

const eaten = (_?: Call): never => {
  throw lambdaError('RelayFailed', 'throttled');
};
