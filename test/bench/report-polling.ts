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
}

const exhausted = (maxAttempts: number) =>
  walk({ poll: { seconds: 30, maxAttempts }, script: { 'Poll session': () => running } });
