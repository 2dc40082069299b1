import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { UsageError } from '../usage-error.ts';
import { command, lines, type World } from './command.ts';
import { ofType, type StackView } from './doctor/aws-checks.ts';
import { findStack } from './doctor/find-stack.ts';
import { dataOption } from './local-outputs.ts';
import { type Asking, type LogLine, linesOf, MOST_LINES, queryOf } from './logs/insights.ts';
import { belongs, idsOf, type StoryIds, storyLines, textOf } from './logs/story.ts';
import { instantOf } from './since.ts';
import { STACK } from './token.ts';

const idPattern = /^((job|alr)_\w{1,64}|[0-9a-f]{32})$/;

export const logs = command({
  name: 'logs',
  summary: 'Prints what all functions said of one job, alert or trace, in the order of time.',
  forms: [
    ['job_… [--since SPAN]', 'one session, from the delivery to its outcome'],
    ['alr_… [--since SPAN]', 'one alert with all its jobs; a trace id tells all that came of a delivery'],
    ['ID --query', 'the query alone, to paste into CloudWatch Logs Insights'],
  ],
  options: {
    since: { type: 'string', default: '7d', value: 'SPAN', help: 'what was said since: 2h, 7d, or an instant' },
    query: { type: 'boolean', default: false, help: 'prints the query, and asks nothing' },
    stack: { type: 'string', default: STACK, value: 'NAME', help: 'the deployed stack' },
    data: dataOption,
  },
  notes:
    'A deployed stack (API_URL is set) is read by CloudWatch Logs Insights with your AWS credentials, for about half a cent per GB that it scans.',
  maxArguments: 1,
  async run({ values, positionals: [id] }, world) {
    if (id === undefined || !idPattern.test(id))
      throw new UsageError('logs needs the id of a job (job_…), an alert (alr_…) or a trace (32 hex digits)');
    const since = instantOf(values.since, world.now);
    if (values.query) return { text: lines([queryOf([id])]), done: true };
    const { view, options } = await findStack(world, values);
    const client = new CloudWatchLogsClient(options);
    const names = functionGroups(view);
    return tell({ client, groups: [...names.keys()], since, until: untilOf(world), wait: world.wait }, id, names);
  },
});

/** The lines of this moment are among them, whatever the two clocks say. */
const untilOf = ({ now }: Pick<World, 'now'>): Date => new Date(now.getTime() + 60_000);

/** The function's name by the group that it prints to. Executions and the API's own log are told elsewhere. */
const functionGroups = (view: Pick<StackView, 'resources'>): Map<string, string> =>
  new Map(
    ofType(view, 'AWS::Logs::LogGroup').flatMap(({ id, physical: group }) => {
      const name = /^(.+)Logs[0-9A-F]{8}$/.exec(id)?.[1];
      return name === undefined || group.startsWith('/aws/vendedlogs/') ? [] : [[group, name]];
    }),
  );

/** Asked twice: for what belongs to the id, then for all that names one of those. */
async function tell(asking: Asking, id: string, names: ReadonlyMap<string, string>) {
  const first = await linesOf(asking, [id]);
  const ids = idsOf(id, storyLines(first));
  const others = [...ids.jobs, ...ids.alerts, ...ids.traces].filter((each) => each !== id);
  const found = others.length === 0 ? first : await linesOf(asking, [id, ...others]);
  const story = storyLines(found).filter(({ said }) => belongs(said, ids));
  if (story.length === 0) {
    const nothing = `No function said anything of ${id} since ${asking.since.toISOString()}: is it older (--since), or of another stack (--stack)?`;
    return { text: lines([nothing]), done: false };
  }
  const nameOf = (group: string): string => names.get(group) ?? group;
  return { text: lines([headOf(ids), ...story.map((line) => textOf(line, nameOf)), ...cut(found)]), done: true };
}

const headOf = ({ jobs, alerts, traces }: StoryIds): string =>
  [named('job', jobs), named('alert', alerts), named('trace', traces)].filter((text) => text !== '').join('; ');

const named = (what: string, ids: string[]): string => (ids.length === 0 ? '' : `${what} ${ids.join(', ')}`);

const cut = (found: LogLine[]): string[] =>
  found.length < MOST_LINES ? [] : [`Cut after ${MOST_LINES} lines: there may be more. Ask for a shorter time.`];
