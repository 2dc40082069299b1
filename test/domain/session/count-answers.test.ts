import { describe, expect, test } from 'vitest';
import { countAnswers } from '../../../functions/domain/session/count-answers.ts';
import { sampleAnswer } from '../../support/fakes/samples.ts';

const prompt = sampleAnswer({ id: 'msg_1', role: 'user', parentId: null });
const answers = (...ids: string[]) => ids.map((id) => sampleAnswer({ id }));

describe('model calls of a run', () => {
  test('are the answers after our message', () => {
    const before = sampleAnswer({ id: 'msg_0' });
    expect(countAnswers([before, prompt, ...answers('a', 'b')], 'msg_1', null)).toEqual({ upTo: 'b', answers: 2 });
  });

  test('go on from what was counted, whatever else is in view', () => {
    const counted = { upTo: 'b', answers: 12 };
    const note = sampleAnswer({ id: 'note', role: 'user' });
    const view = [...answers('a', 'b', 'c'), note, ...answers('d')];
    expect(countAnswers(view, 'msg_1', counted)).toEqual({ upTo: 'd', answers: 14 });
    expect(countAnswers(answers('a', 'b'), 'msg_1', counted)).toEqual(counted);
  });

  test('are those in view where neither is there, and what they were where nothing is', () => {
    expect(countAnswers(answers('a', 'b'), 'msg_1', { upTo: 'gone', answers: 9 })).toEqual({ upTo: 'b', answers: 2 });
    expect(countAnswers([], 'msg_1', { upTo: 'gone', answers: 9 })).toEqual({ upTo: 'gone', answers: 9 });
    expect(countAnswers([], 'msg_1', null)).toBeNull();
  });
});
