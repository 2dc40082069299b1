import { describe, expect, test } from 'vitest';
import { agentVerdictSchema } from '../../../functions/contract/agent-verdict.ts';
import {
  agentVerdictOf,
  verdictRequest,
  verdictSentence,
} from '../../../functions/domain/verification/agent-verdict.ts';

const said = { verdict: 'fixed', sentence: 'The pool\nwas too small.', confidence: 0.9 };
const line = (answer: unknown) => `Done.\n${JSON.stringify(answer)}`;
const hide = (text: string) => text.replaceAll('secret', '[hidden]');

describe('the verdict of an agent', () => {
  test('is one line, without what nobody is to read, and no longer than a sentence', () => {
    expect(agentVerdictOf(line(said), hide)).toEqual({ ...said, sentence: 'The pool was too small.' });
    expect(agentVerdictOf(line({ ...said, sentence: 'The secret.' }), hide)?.sentence).toBe('The [hidden].');
    expect(agentVerdictOf(line({ ...said, sentence: 'x'.repeat(9_999) }), hide)?.sentence).toHaveLength(500);
  });

  test.each([
    [undefined],
    [null],
    ['fixed'],
    [{ ...said, verdict: 'merged' }],
    [{ ...said, confidence: 2 }],
    [{ ...said, run: 'rm -rf /' }],
  ])('is none where the answer is %j', (answer) => {
    expect(agentVerdictOf(line(answer), hide)).toBeNull();
  });

  test('is asked for by each of its words', () => {
    for (const word of agentVerdictSchema.shape.verdict.options) expect(verdictRequest).toContain(`"${word}"`);
  });

  test('is told as what the agent says', () => {
    expect(verdictSentence({ verdict: 'needs_human', sentence: 'Why.', confidence: 0.5 })).toBe(
      'The agent says "needs_human" (confidence 0.5): Why.',
    );
  });
});
