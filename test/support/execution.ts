import { parseDefinition } from '../../infra/local/states/definition.ts';
import { type Ending, recordEnd, runExecution } from '../../infra/local/states/execution.ts';
import { History, type HistoryEvent } from '../../infra/local/states/history.ts';
import type { TaskRunner } from '../../infra/local/states/visit.ts';
import { VirtualClock } from '../../infra/local/virtual-clock.ts';

export interface Executed {
  ending: Ending | undefined;
  events: HistoryEvent[];
  types: string[];
  /** The named detail member of every event that has it. */
  details(member: string): unknown[];
  /** Virtual milliseconds. */
  took: number;
}

interface ExecuteOptions {
  name?: string;
  input?: unknown;
  runTask: TaskRunner;
  clock?: VirtualClock;
  stop?: AbortController;
  onEvent?(event: HistoryEvent): void;
}

/** Runs one execution of a machine under virtual time. */
export async function execute(definition: string, options: ExecuteOptions): Promise<Executed> {
  const { name = 'e', input = {}, clock = new VirtualClock(), stop = new AbortController() } = options;
  const startedAt = clock.now();
  const history = new History(clock, (event) => options.onEvent?.(event));
  const ending = await runExecution({
    definition: parseDefinition(definition),
    stateMachine: { arn: 'arn:aws:states:eu-central-1:1:stateMachine:m', name: 'm' },
    execution: {
      arn: `arn:aws:states:eu-central-1:1:execution:m:${name}`,
      name,
      input,
      startedAt,
      roleArn: 'arn:aws:iam::1:role/r',
      redriveCount: 0,
    },
    region: 'eu-central-1',
    clock,
    runTask: options.runTask,
    history,
    signal: stop.signal,
  });
  if (ending) recordEnd(history, ending);
  const { events } = history;
  return {
    ending,
    events,
    types: events.map(({ type }) => type),
    details: (member) => events.flatMap((event) => event[member] ?? []),
    took: clock.now() - startedAt,
  };
}
