import { type AgentVerdict, agentVerdictSchema } from '../../contract/agent-verdict.ts';
import { cut } from '../text/cut.ts';
import { oneLine } from '../text/untrusted-text.ts';

const MAX_CHARACTERS = 500;

const VERDICTS =
  'fixed: the cause is found and changed here. diagnosed_no_change: the cause is found, and no change is needed or safe. ' +
  'not_our_code: the cause lies outside this repository. needs_human: a person has to decide.';

/** What a server has a model answer by: a verdict's schema, written down, for bundles have no writer of schemas. */
export const verdictJsonSchema = {
  type: 'object',
  properties: {
    verdict: { type: 'string', enum: [...agentVerdictSchema.shape.verdict.options], description: VERDICTS },
    sentence: { type: 'string', description: 'Why, in one sentence.' },
    confidence: { type: 'number', minimum: 0, maximum: 1, description: 'How sure you are, from 0 to 1.' },
  },
  required: ['verdict', 'sentence', 'confidence'],
  additionalProperties: false,
};

/** The object that an answer ended with, as a verdict; null where it is none. `tellable` takes secrets out of it. */
export function agentVerdictOf(answer: unknown, tellable: (text: string) => string): AgentVerdict | null {
  const { data } = agentVerdictSchema.safeParse(answer);
  return data ? { ...data, sentence: cut(oneLine(tellable(data.sentence)), MAX_CHARACTERS) } : null;
}

/** `The agent says "fixed" (confidence 0.8): …` */
export const verdictSentence = ({ verdict, sentence, confidence }: AgentVerdict): string =>
  `The agent says "${verdict}" (confidence ${confidence}): ${sentence}`;
