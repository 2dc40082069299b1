import { limits } from '../../functions/contract/limits.ts';
import { walk } from '../support/workflow.ts';
import { running } from '../support/workflow-functions.ts';

/** Two executions that differ in their number of polls alone tell what one poll costs. */
export async function reportPolling(): Promise<void> {
  const [few, many] = [await exhausted(2), await exhausted(12)];
  const perPoll = (figure: 'events' | 'path') => (many[figure].length - few[figure].length) / 10;
  const most = few.events.length + (limits.maxPollAttempts.max - 2) * perPoll('events');
  console.log(`\nper poll: ${perPoll('path')} transitions, ${perPoll('events')} history events`);
  console.log(`${limits.maxPollAttempts.max} polls: ${most} of 25,000 history events`);
  for (const [mostSeconds, polls] of [
    [undefined, 40],
    [60, 12],
  ] as const) {
    const { path } = await walk({
      poll: { seconds: 15, maxAttempts: polls, ...(mostSeconds && { mostSeconds }) },
      script,
    });
    const dollars = ((path.length * DOLLARS_PER_MILLION_TRANSITIONS) / 1_000_000).toFixed(5);
    console.log(
      `10 minutes, a poll each 15 s${mostSeconds ? ` up to ${mostSeconds} s` : ''}: ${polls} polls, ${path.length} transitions, $${dollars}`,
    );
  }
}

/** Standard workflows, November 2026. */
const DOLLARS_PER_MILLION_TRANSITIONS = 25;
const script = { 'Poll session': () => running };

const exhausted = (maxAttempts: number) => walk({ poll: { seconds: 30, maxAttempts }, script });
