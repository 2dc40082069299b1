import { describe, expect, it } from 'vitest';
import { Stopped } from '../../../infra/local/states/execution.ts';
import { definition, walk } from '../../support/workflow.ts';
import { namesOf, never, wayAround, wayTo } from './ways.ts';

describe('stopped from outside', () => {
  it.each(namesOf('Task', 'Wait', 'Choice'))('in %s', async (state) => {
    const stop = new AbortController();
    const operator = new Stopped('Operator', 'no longer needed');
    const isTask = definition.States[state]?.Type === 'Task';
    const signalled: boolean[] = [];
    const walked = await walk({
      stop,
      script: {
        ...(isTask ? wayTo(state) : wayAround(state)),
        [state]: (_, signal) => {
          stop.abort(operator);
          signalled.push(signal.aborted);
          return never();
        },
      },
      onEntered: (entered) => {
        if (entered === state && !isTask) stop.abort(operator);
      },
    });
    expect(walked.ending).toEqual({ status: 'ABORTED', error: 'Operator', cause: 'no longer needed' });
    expect(walked.path.at(-1)).toBe(state);
    expect(walked.types.at(-1)).toBe('ExecutionAborted');
    expect(signalled).toEqual(isTask ? [true] : []);
  });

  it('by the time-out of the machine', async () => {
    const walked = await walk({ poll: { seconds: definition.TimeoutSeconds + 1, maxAttempts: 2 } });
    expect(walked.ending).toEqual({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(walked.took).toBe(definition.TimeoutSeconds * 1_000);
    expect(walked.path.at(-1)).toBe('Wait for poll interval');
    expect(walked.types.at(-1)).toBe('ExecutionTimedOut');
  });
});
