import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  QueryStatus,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { Failure } from '../failure.ts';

/** The most that Insights answers. */
export const MOST_LINES = 10_000;
const LOOK_MS = 1_000;
/** A week of a busy stack takes seconds. */
const MOST_LOOKS = 120;

/** A line of a log, and the group that it stands in. */
export interface LogLine {
  group: string;
  /** As Insights has it: `2027-03-01 12:00:00.123`, in UTC. */
  at: string;
  text: string;
}

/** Every line that names one of these ids, the oldest first. They are letters, digits and `_`. */
export const queryOf = (ids: readonly string[]): string =>
  [
    'fields @timestamp, @log, @message',
    `filter @message like /${ids.join('|')}/`,
    'sort @timestamp asc',
    `limit ${MOST_LINES}`,
  ].join('\n| ');

export interface Asking {
  client: CloudWatchLogsClient;
  groups: string[];
  since: Date;
  until: Date;
  wait(ms: number): Promise<unknown>;
}

/** What CloudWatch Logs Insights answers. Throws Failure where it does not come to an end. */
export async function linesOf(asking: Asking, ids: readonly string[]): Promise<LogLine[]> {
  const { client, groups: logGroupNames, since, until, wait } = asking;
  const { queryId } = await client.send(
    new StartQueryCommand({
      logGroupNames,
      queryString: queryOf(ids),
      startTime: Math.floor(since.getTime() / 1_000),
      endTime: Math.ceil(until.getTime() / 1_000),
    }),
  );
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
    if (status === QueryStatus.Complete) return results.map(lineOf);
    if (status !== QueryStatus.Running && status !== QueryStatus.Scheduled) {
      throw new Failure(`CloudWatch Logs Insights ended the query as ${status}. Try a shorter --since.`);
    }
    await wait(LOOK_MS);
  }
  throw new Failure(`CloudWatch Logs Insights has not answered within ${MOST_LOOKS} s. Try a shorter --since.`);
}

function lineOf(row: { field?: string | undefined; value?: string | undefined }[]): LogLine {
  const of = (name: string): string => row.find(({ field }) => field === name)?.value ?? '';
  // `account:group`.
  return { group: of('@log').replace(/^\d+:/, ''), at: of('@timestamp'), text: of('@message') };
}
