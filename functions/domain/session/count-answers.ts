import type { PollMemory } from '../../contract/execution.ts';
import type { SessionEntry } from './session.ts';

/**
 * Model calls of a run up to the newest of these messages, oldest first: those counted before, where the message they
 * were counted up to is in view, and what came after it; else those from our message on. Null where there is none.
 */
export function countAnswers(
  messages: SessionEntry[],
  messageId: string,
  counted: PollMemory['counted'],
): PollMemory['counted'] {
  const upTo = messages.at(-1)?.id;
  if (upTo === undefined) return counted;
  const known = counted ? messages.findIndex(({ id }) => id === counted.upTo) : -1;
  const begin = known >= 0 ? known : messages.findIndex(({ id }) => id === messageId);
  const fresh = messages.slice(begin + 1).filter(({ role }) => role === 'assistant').length;
  return { upTo, answers: known >= 0 && counted ? counted.answers + fresh : fresh };
}
