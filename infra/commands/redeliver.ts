import { UsageError } from '../usage-error.ts';
import { command, lines } from './command.ts';
import { findStack } from './doctor/find-stack.ts';
import { dataOption } from './local-outputs.ts';
import { type Drained, drain } from './redeliver/drain.ts';
import { deadLettersOf, type QueueName, queueNames } from './redeliver/letters.ts';
import { STACK } from './token.ts';

const LIMIT = '1000';
const MOST = 100_000;

export const redeliver = command({
  name: 'redeliver',
  summary: 'Takes what lies in a queue of dead letters back to where it was meant for.',
  forms: [
    ['deliveries [--limit N] [--dry-run]', 'alerts that could not be routed, to their queue'],
    ['webhooks', 'calls of webhook rules, to their queue'],
    ['stopped', 'ends of executions, each to the function that ends what it left'],
    ['alarms', 'messages of CloudWatch and SNS, to the function that takes them'],
  ],
  options: {
    limit: { type: 'string', default: LIMIT, value: 'N', help: 'so many messages at most' },
    'dry-run': { type: 'boolean', default: false, help: 'says where each would go, and moves nothing' },
    stack: { type: 'string', default: STACK, value: 'NAME', help: 'the deployed stack' },
    data: dataOption,
  },
  notes:
    'Mend the cause before. A message is deleted once it is delivered; what could not be delivered stays, and is named. A deployed stack (API_URL is set) is reached with your AWS credentials.',
  maxArguments: 1,
  async run({ values, positionals: [name] }, world) {
    const queue = queueNames.find((each) => each === name);
    if (queue === undefined) throw new UsageError(`redeliver needs a queue: ${queueNames.join(', ')}`);
    const limit = limitOf(values.limit);
    const { view } = await findStack(world, values);
    const { url, deliver } = deadLettersOf(view, queue);
    const dry = values['dry-run'];
    const drained = await drain({
      ...{ queues: view.queues, url, limit, dry, before: world.now },
      deliver: (message) => deliver(message, dry),
    });
    return { text: lines(textsOf(queue, drained, dry)), done: drained.left.length === 0 };
  },
});

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new UsageError(`--limit: "${text}" is no number from 1 to ${MOST}`);
}

function textsOf(queue: QueueName, { to, left, isCut }: Drained, dry: boolean): string[] {
  if (to.size === 0 && left.length === 0) return [`Nothing lies in the dead letters of ${queue}.`];
  return [
    ...[...to].map(([where, count]) => `${count} ${dry ? 'would go' : 'went'} to ${where}.`),
    ...left.map(({ id, problem }) => `Left: message ${id}: ${problem}.`),
    ...(isCut ? ['There may be more: run it again, or raise --limit.'] : []),
  ];
}
