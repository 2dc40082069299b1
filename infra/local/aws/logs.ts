import type { Clock } from '../clock.ts';
import { AwsError } from './error.ts';
import { filterPattern } from './logs/filter-pattern.ts';
import { Insights } from './logs/insights.ts';
import { type Request, requestSchemas } from './logs/requests.ts';
import type { LogEvent, LogSource } from './logs/source.ts';
import { parseRequest } from './request.ts';
import type { AwsService } from './service.ts';

interface LogsOptions {
  region: string;
  account: string;
  clock: Clock;
}

interface LogGroup {
  name: string;
  createdAt: number;
  retentionDays: number | undefined;
  source: LogSource | undefined;
}

/** CloudWatch Logs on this machine, to be read: what functions printed, and what executions did. */
export class Logs implements AwsService {
  readonly #options: LogsOptions;
  readonly #groups = new Map<string, LogGroup>();
  readonly #insights: Insights;

  constructor(options: LogsOptions) {
    this.#options = options;
    this.#insights = new Insights(options.account);
  }

  /** A group of the template; without a source nothing writes to it here. */
  ensureGroup(name: string, retentionDays?: number): void {
    const createdAt = this.#options.clock.now();
    this.#groups.set(name, { name, createdAt, retentionDays, source: this.#groups.get(name)?.source });
  }

  /** The group is made where the template has none: Lambda does so at a function's first call. */
  readFrom(name: string, source: LogSource): void {
    if (!this.#groups.has(name)) this.ensureGroup(name);
    const group = this.#groups.get(name);
    if (group) group.source = source;
  }

  arnOf(name: string): string {
    const { region, account } = this.#options;
    return `arn:aws:logs:${region}:${account}:log-group:${name}:*`;
  }

  async call(operation: string, input: unknown): Promise<unknown> {
    const schemas = requestSchemas;
    switch (operation) {
      case 'DescribeLogGroups':
        return this.#describeGroups(parseRequest(schemas.DescribeLogGroups, input));
      case 'DescribeLogStreams':
        return this.#describeStreams(parseRequest(schemas.DescribeLogStreams, input));
      case 'FilterLogEvents':
        return this.#filter(parseRequest(schemas.FilterLogEvents, input));
      case 'GetLogEvents':
        return this.#get(parseRequest(schemas.GetLogEvents, input));
      case 'StartQuery': {
        const { logGroupNames, queryString, ...times } = parseRequest(schemas.StartQuery, input);
        const groups = logGroupNames.map((logGroupName) => this.#group({ logGroupName }));
        return { queryId: this.#insights.start(groups, queryString, times) };
      }
      case 'GetQueryResults':
        return this.#insights.results(parseRequest(schemas.GetQueryResults, input).queryId);
      default:
        throw new AwsError('UnknownOperationException', `CloudWatch Logs has no operation ${operation} here`);
    }
  }

  #describeGroups({ logGroupNamePrefix, logGroupNamePattern, limit, nextToken }: Request<'DescribeLogGroups'>) {
    const pattern = logGroupNamePattern.toLowerCase();
    const groups = [...this.#groups.values()]
      .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.toLowerCase().includes(pattern))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const start = Number(nextToken ?? 0);
    return {
      logGroups: groups.slice(start, start + limit).map((group) => this.#described(group)),
      ...(start + limit < groups.length && { nextToken: String(start + limit) }),
    };
  }

  #described({ name, createdAt, retentionDays, source }: LogGroup) {
    return {
      logGroupName: name,
      creationTime: createdAt,
      ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
      metricFilterCount: 0,
      arn: this.arnOf(name),
      storedBytes: (source?.streams() ?? []).reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  #describeStreams(request: Request<'DescribeLogStreams'>) {
    const group = this.#group(request);
    const streams = (group.source?.streams() ?? []).filter(({ name }) => name.startsWith(request.logStreamNamePrefix));
    return {
      logStreams: streams.map(({ name, bytes }) => ({
        logStreamName: name,
        creationTime: group.createdAt,
        arn: `${this.arnOf(group.name).slice(0, -1)}log-stream:${name}`,
        storedBytes: bytes,
      })),
    };
  }

  async #filter(request: Request<'FilterLogEvents'>) {
    const { startTime: from, endTime: until, limit, nextToken, logStreamNames, logStreamNamePrefix } = request;
    const matches = filterPattern(request.filterPattern);
    const wants = ({ logStreamName, message }: LogEvent) =>
      (logStreamNames?.includes(logStreamName) ?? true) &&
      logStreamName.startsWith(logStreamNamePrefix) &&
      matches(message);
    const page = await this.#group(request).source?.read({ from, until, limit, token: nextToken, wants });
    return {
      events: (page?.events ?? []).map((event) => ({ ...event, ingestionTime: event.timestamp })),
      searchedLogStreams: [],
      ...(page?.token !== undefined && { nextToken: page.token }),
    };
  }

  /** From the head page by page, or the newest events; a forward token that comes back says that there is no more. */
  async #get(request: Request<'GetLogEvents'>) {
    const { startTime: from, endTime: until, limit, nextToken, logStreamName, startFromHead } = request;
    const source = this.#group(request).source;
    const wants = (event: LogEvent) => event.logStreamName === logStreamName;
    const isFromHead = startFromHead || nextToken !== undefined;
    const most = isFromHead ? limit : Number.POSITIVE_INFINITY;
    const page = await source?.read({ from, until, limit: most, token: nextToken?.slice(2), wants });
    const end = String((source?.streams() ?? []).find(({ name }) => name === logStreamName)?.bytes ?? 0);
    const events = isFromHead ? (page?.events ?? []) : (page?.events ?? []).slice(-limit);
    return {
      events: events.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
      nextForwardToken: `f/${page?.token ?? end}`,
      nextBackwardToken: `b/${nextToken?.slice(2) ?? end}`,
    };
  }

  #group({
    logGroupName,
    logGroupIdentifier,
  }: {
    logGroupName?: string | undefined;
    logGroupIdentifier?: string | undefined;
  }) {
    const id = logGroupName ?? logGroupIdentifier ?? '';
    const name = /:log-group:([^:]+)/.exec(id)?.[1] ?? id;
    const group = this.#groups.get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }
}
