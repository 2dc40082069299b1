import { type AgentVerdict, agentVerdictSchema } from '../../contract/agent-verdict.ts';
import { cut } from '../text/cut.ts';
import { jsonOf } from '../text/json-of.ts';
import { oneLine } from '../text/untrusted-text.ts';

const MAX_CHARACTERS = 500;

/** What a prompt ends with where a verdict is wanted. */
export const verdictRequest = `After your summary, finish with one line of JSON and nothing behind it:
{"verdict": "…", "sentence": "…", "confidence": 0.0}
"verdict" is one of: "fixed" (the cause is found and changed here), "diagnosed_no_change" (the cause is found, and no change is needed or safe), "not_our_code" (the cause lies outside this repository), "needs_human" (a person has to decide). "sentence" says why, in one sentence; "confidence" is from 0 to 1.`;

/** The verdict that an answer ends with; null where there is none that fits. `tellable` takes secrets out of it. */
export function agentVerdictOf(answer: string, tellable: (text: string) => string): AgentVerdict | null {
  const [object = 'null'] = [...answer.matchAll(/^\{.*\}$/gm)].map(([line]) => line).slice(-1);
  const { data } = agentVerdictSchema.safeParse(jsonOf(object));
  return data ? { ...data, sentence: cut(oneLine(tellable(data.sentence)), MAX_CHARACTERS) } : null;
}

/** `The agent says "fixed" (confidence 0.8): …` */
export const verdictSentence = ({ verdict, sentence, confidence }: AgentVerdict): string =>
  `The agent says "${verdict}" (confidence ${confidence}): ${sentence}`;
