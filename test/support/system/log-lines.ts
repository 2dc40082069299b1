import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { awsOptions } from './system.ts';

/** CloudWatch Logs charges each event as so many bytes more. */
const PER_EVENT = 26;

export interface LogLine {
  /** Of a state machine, else of a function. */
  machine: boolean;
  text: string;
  /** As they are charged. */
  bytes: number;
}

/** What all log groups of a local stack have of a job. */
export async function logLinesOf(endpoint: string, jobId: string): Promise<LogLine[]> {
  const client = new CloudWatchLogsClient(awsOptions(endpoint));
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
  const lines: LogLine[] = [];
  for (const { logGroupName = '' } of logGroups) {
    const machine = logGroupName.startsWith('/aws/vendedlogs/');
    const search = { logGroupName, filterPattern: `"${jobId}"` };
    for await (const { events = [] } of paginateFilterLogEvents({ client }, search)) {
      lines.push(
        ...events.map(({ message: text = '' }) => ({ machine, text, bytes: Buffer.byteLength(text) + PER_EVENT })),
      );
    }
  }
  return lines;
}
