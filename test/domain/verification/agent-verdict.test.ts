import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { agentVerdictSchema } from '../../../functions/contract/agent-verdict.ts';
import {
  agentVerdictOf,
  verdictJsonSchema,
  verdictSentence,
} from '../../../functions/domain/verification/agent-verdict.ts';

const said = { verdict: 'fixed', sentence: 'The pool\nwas too small.', confidence: 0.9 };
const hide = (text: string) => text.replaceAll('secret', '[hidden]');

describe('the verdict of an agent', () => {
  test('is one line, without what nobody is to read, and no longer than a sentence', () => {
    expect(agentVerdictOf(said, hide)).toEqual({ ...said, sentence: 'The pool was too small.' });
    expect(agentVerdictOf({ ...said, sentence: 'The secret.' }, hide)?.sentence).toBe('The [hidden].');
    expect(agentVerdictOf({ ...said, sentence: 'x'.repeat(9_999) }, hide)?.sentence).toHaveLength(500);
  });

  test.each([
    [undefined],
    [null],
    ['fixed'],
    [{ ...said, verdict: 'merged' }],
    [{ ...said, confidence: 2 }],
    [{ ...said, run: 'rm -rf /' }],
  ])('is none where the answer is %j', (answer) => {
    expect(agentVerdictOf(answer, hide)).toBeNull();
  });

  test('is asked for by the schema that it is read by', () => {
    const { $schema: _, ...schema } = z.toJSONSchema(agentVerdictSchema);
    const bare = JSON.parse(
      JSON.stringify(verdictJsonSchema, (key, value) => (key === 'description' ? undefined : value)),
    );
    expect(bare).toEqual(schema);
  });

  test('is told as what the agent says', () => {
    expect(verdictSentence({ verdict: 'needs_human', sentence: 'Why.', confidence: 0.5 })).toBe(
      'The agent says "needs_human" (confidence 0.5): Why.',
    );
  });
});
