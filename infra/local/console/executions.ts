import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { localCredentials } from '../../commands/local-outputs.ts';
import { graphOf } from './graph/definition.ts';
import { historyEvent } from './history-event.ts';
import { Kept } from './kept.ts';
import type { ExecutionDetail, ExecutionPage, ExecutionRow, HistoryEvent, MachineGraph } from './views.ts';

/** The part of an input that says what the execution is about, of each of the three machines. */
const inputSchema = z.object({
  alert: z.object({ id: z.string(), title: z.string() }).optional(),
  relay: z.object({ name: z.string() }).optional(),
  rule: z.object({ name: z.string() }).optional(),
  firstHeld: z.object({ alertId: z.string(), title: z.string() }).optional(),
});
const outputSchema = z.object({ outcome: z.string() });

const PAGE = 50;
const KEPT_EXECUTIONS = 1_000;
/** The most that one call of Step Functions answers. */
const EVENTS_PER_CALL = 1_000;

interface Machine {
  /** As people call it. */
  name: string;
  arn: string;
}

/** By the beginning of an execution's name, which is the id of what it carries. */
export const machinesOf = (outputs: { StateMachineArn: string; RelayRunMachineArn: string; StormMachineArn: string }) =>
  ({
    job: { name: 'OpenCode session', arn: outputs.StateMachineArn },
    run: { name: 'Relay run', arn: outputs.RelayRunMachineArn },
    stm: { name: 'Alert storm', arn: outputs.StormMachineArn },
  }) satisfies Record<string, Machine>;
type MachineKey = keyof ReturnType<typeof machinesOf>;

/** Executions as the Step Functions API tells of them. */
export class ExecutionSource {
  readonly #sfn: SFNClient;
  readonly #machines: Record<MachineKey, Machine>;
  /** Those that have ended, by ARN and the times that they were redriven: nothing changes in them. */
  readonly #ended = new Kept<DescribeExecutionCommandOutput>(KEPT_EXECUTIONS);
  readonly #graphs = new Kept<MachineGraph>(KEPT_EXECUTIONS);

  constructor(endpoint: string, machines: Record<MachineKey, Machine>) {
    this.#sfn = new SFNClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
    this.#machines = machines;
  }

  /** Newest first. Of all machines the newest page; of one also those before, by its `token`. */
  async page(kind: string | null, token: string | null): Promise<ExecutionPage> {
    const machines = Object.entries(this.#machines).filter(([key]) => kind === null || key === kind);
    const lists = await Promise.all(machines.map(([, machine]) => this.#list(machine, kind === null ? null : token)));
    const newest = lists
      .flatMap(({ items }) => items)
      .sort((a, b) => timeOf(b.item.startDate) - timeOf(a.item.startDate))
      .slice(0, PAGE);
    return {
      executions: await Promise.all(newest.map(({ item, machine }) => this.#row(item, machine))),
      nextToken: (kind === null ? undefined : lists[0]?.nextToken) ?? null,
    };
  }

  async one(name: string): Promise<ExecutionDetail | undefined> {
    const machine = await this.#machineOf(name);
    if (!machine) return undefined;
    const arn = arnOf(machine, name);
    const [described, definition] = await Promise.all([
      this.#sfn.send(new DescribeExecutionCommand({ executionArn: arn })),
      this.#graphs.get(arn, () => this.#graph(arn)),
    ]);
    const { alert, firstHeld } = inputOf(described);
    return {
      ...rowOf(described, machine),
      arn,
      alertId: alert?.id ?? firstHeld?.alertId ?? null,
      input: described.input ?? '{}',
      output: described.output ?? null,
      cause: described.cause ?? null,
      definition,
      job: null,
    };
  }

  /** The events after one, all of them with 0, oldest first; undefined where no machine has such an execution. */
  async events(name: string, after: number): Promise<HistoryEvent[] | undefined> {
    const machine = await this.#machineOf(name);
    if (!machine) return undefined;
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    // A history ends at 25,000 events: 25 calls at most.
    do {
      const page = await this.#sfn.send(
        new GetExecutionHistoryCommand({
          executionArn: arnOf(machine, name),
          // Backwards, so that what is known already is not read again.
          reverseOrder: after > 0,
          maxResults: EVENTS_PER_CALL,
          nextToken,
        }),
      );
      const found = (page.events ?? []).map(historyEvent);
      const fresh = found.filter(({ id }) => id > after);
      events.push(...fresh);
      nextToken = fresh.length === found.length ? page.nextToken : undefined;
    } while (nextToken !== undefined);
    return events.sort((a, b) => a.id - b.id);
  }

  /** By the beginning of its name; one that a person started by hand may have any. */
  async #machineOf(name: string): Promise<Machine | undefined> {
    const known = Object.entries(this.#machines).find(([key]) => name.startsWith(`${key}_`))?.[1];
    if (known) return known;
    for (const machine of Object.values(this.#machines)) {
      const command = new DescribeExecutionCommand({ executionArn: arnOf(machine, name) });
      if (await this.#sfn.send(command).catch(unlessUnknown)) return machine;
    }
    return undefined;
  }

  async #list(machine: Machine, nextToken: string | null) {
    const answer = await this.#sfn.send(
      new ListExecutionsCommand({
        stateMachineArn: machine.arn,
        maxResults: PAGE,
        ...(nextToken !== null && { nextToken }),
      }),
    );
    return { items: (answer.executions ?? []).map((item) => ({ item, machine })), nextToken: answer.nextToken };
  }

  async #row({ executionArn, status, redriveCount }: ExecutionListItem, machine: Machine): Promise<ExecutionRow> {
    const read = () => this.#sfn.send(new DescribeExecutionCommand({ executionArn }));
    const key = `${executionArn} ${redriveCount}`;
    return rowOf(await (status === 'RUNNING' ? read() : this.#ended.get(key, read)), machine);
  }

  async #graph(executionArn: string): Promise<MachineGraph> {
    const machine = await this.#sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    return graphOf(machine.definition ?? '');
  }
}

function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof ExecutionDoesNotExist)) throw error;
}

const timeOf = (date: Date | undefined): number => date?.getTime() ?? 0;

const arnOf = (machine: Machine, name: string): string =>
  `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;

function rowOf(described: DescribeExecutionCommandOutput, machine: Machine): ExecutionRow {
  const { alert, relay, rule, firstHeld } = inputOf(described);
  const { name = '', status = 'RUNNING', startDate, stopDate } = described;
  return {
    name,
    machine: machine.name,
    status: status === 'PENDING_REDRIVE' ? 'RUNNING' : status,
    startedAt: new Date(timeOf(startDate)).toISOString(),
    stoppedAt: stopDate?.toISOString() ?? null,
    title: alert?.title ?? firstHeld?.title ?? '',
    ruleName: rule?.name ?? '',
    relayName: relay?.name ?? '',
    ending: status === 'RUNNING' ? null : (described.error ?? outcomeIn(described.output) ?? null),
  };
}

const inputOf = ({ input }: DescribeExecutionCommandOutput) => inputSchema.catch({}).parse(JSON.parse(input ?? '{}'));

/** The machines of runs and storms end without an outcome of their own. */
const outcomeIn = (output: string | undefined): string | undefined =>
  outputSchema.safeParse(JSON.parse(output ?? 'null')).data?.outcome;
