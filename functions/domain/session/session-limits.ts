import type { Ending, ExecutionInput, PollMemory, PollResult, Tokens } from '../../contract/execution.ts';
import { type SessionLimit, sessionLimits } from '../../contract/metrics.ts';
import { usd } from '../text/usd.ts';

export type SessionLimits = NonNullable<ExecutionInput['limits']>;

/** What a session has used so far; what was not read is absent. */
export type Used = Partial<Record<keyof SessionLimits, number>>;

/**
 * The ending of a session at work that has passed one of its limits; undefined while it is within all of them. A full
 * measure of cost, tokens or messages is still within; of a full measure of time nothing is left.
 */
export function passedLimit(limits: SessionLimits, used: Used): Ending | undefined {
  const { minutes, messages, costUsd, tokens } = used;
  if (minutes !== undefined && limits.minutes !== null && minutes >= limits.minutes) {
    const value = `it is at work for ${Math.floor(minutes)} minutes, the limit is ${limits.minutes}`;
    return ending(value, 'maxMinutes');
  }
  if (messages !== undefined && limits.messages !== null && messages > limits.messages) {
    return ending(`its agent made ${messages} model calls, the limit is ${limits.messages}`, 'maxMessages');
  }
  if (costUsd !== undefined && limits.costUsd !== null && costUsd > limits.costUsd) {
    return ending(`it cost ${usd(costUsd)}, the limit is ${usd(limits.costUsd)}`, 'maxCostUsd');
  }
  if (tokens !== undefined && limits.tokens !== null && tokens > limits.tokens) {
    return ending(`it used ${tokens} tokens, the limit is ${limits.tokens}`, 'maxTokens');
  }
  return undefined;
}

/** From which part of a limit on a session is near it. */
const NEAR = 0.9;

/** Limits that a session at work is near to, of those that were measured. */
export const nearLimits = (
  most: Partial<Record<SessionLimit, number | null>>,
  used: Partial<Record<SessionLimit, number>>,
): SessionLimit[] =>
  sessionLimits.filter((limit) => {
    const [value, end] = [used[limit], most[limit] ?? null];
    return value !== undefined && end !== null && value >= NEAR * end;
  });

const ending = (value: string, field: string): Ending => ({
  outcome: 'budget_exceeded',
  cause:
    `The session was stopped at a limit of its rule: ${value} (${field}). ` +
    `Raise config.config.${field} of the rule, or give the agent a smaller task.`,
});

/** The poll's answer for such a session: it is still at work, so it is aborted before what it did is collected. */
export const stoppedAt = (passed: Ending, memory: PollMemory): PollResult => ({
  state: 'ended',
  activity: passed.outcome,
  active: true,
  ending: passed,
  memory,
});

/** All that the server counts, what it read from and wrote to the provider's cache among it. */
export const totalTokens = ({ input, output, reasoning, cacheRead, cacheWrite }: Tokens): number =>
  input + output + reasoning + cacheRead + cacheWrite;
