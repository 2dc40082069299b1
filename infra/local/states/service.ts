import { AwsError } from '../aws/error.ts';
import type { LogSource } from '../aws/logs/source.ts';
import type { Clock } from '../clock.ts';
import {
  describeExecution,
  describeMachine,
  describeMachineOfExecution,
  listedExecution,
  listedMachine,
  wireTime,
  withoutData,
} from './answers.ts';
import { type Definition, parseDefinition } from './definition.ts';
import { Executions } from './executions.ts';
import { ExecutionLogSource } from './log-source.ts';
import type { StatesOptions } from './options.ts';
import { pageOf, parseRequest, type Request, requestSchemas } from './requests.ts';
import { type Machine, Runner } from './runner.ts';

export { startsExecution } from './children.ts';
export { StatesError } from './errors.ts';
export type { HistoryEvent } from './history.ts';
export type { StatesOptions } from './options.ts';

/** Step Functions on this machine: Standard workflows in JSONata, behind the operations of the AWS API. */
export class StatesService {
  readonly #clock: Clock;
  readonly #machines = new Map<string, Machine>();
  readonly #executions: Executions;
  readonly #runner: Runner;

  private constructor(options: StatesOptions) {
    this.#clock = options.clock;
    this.#executions = new Executions(options.directory);
    this.#runner = new Runner(options, this.#executions, (arn) => this.#machines.get(arn));
  }

  static async open(options: StatesOptions): Promise<StatesService> {
    return new StatesService(options);
  }

  /** Throws InvalidDefinition where the definition uses anything that does not run here. */
  addMachine(machine: { arn: string; name: string; definition: string; roleArn: string }): void {
    let parsed: Definition;
    try {
      parsed = parseDefinition(machine.definition);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new AwsError('InvalidDefinition', `Invalid State Machine Definition of ${machine.name}: ${reason}`);
    }
    this.#machines.set(machine.arn, { ...machine, parsed, createdAt: this.#clock.now() });
  }

  /** One operation of the API by its name, e.g. `StartExecution`. Throws an AwsError where AWS refuses. */
  async call(operation: string, input: unknown): Promise<unknown> {
    const schemas = requestSchemas;
    switch (operation) {
      case 'StartExecution':
        return this.#start(parseRequest(schemas.StartExecution, input));
      case 'StopExecution':
        return this.#stop(parseRequest(schemas.StopExecution, input));
      case 'RedriveExecution':
        return this.#redrive(parseRequest(schemas.RedriveExecution, input));
      case 'DescribeExecution':
        return this.#describe(parseRequest(schemas.DescribeExecution, input).executionArn);
      case 'GetExecutionHistory':
        return this.#history(parseRequest(schemas.GetExecutionHistory, input));
      case 'ListExecutions':
        return this.#listExecutions(parseRequest(schemas.ListExecutions, input));
      case 'DescribeStateMachine':
        return describeMachine(this.#machine(parseRequest(schemas.DescribeStateMachine, input).stateMachineArn));
      case 'DescribeStateMachineForExecution': {
        const { executionArn } = parseRequest(schemas.DescribeStateMachineForExecution, input);
        const record = this.#recordOf(executionArn);
        const machine = this.#machine(record.stateMachineArn);
        const definition =
          record.definition === undefined ? undefined : this.#executions.definitionOf(record.definition);
        return describeMachineOfExecution({ ...machine, ...(definition !== undefined && { definition }) });
      }
      case 'ListStateMachines':
        return this.#listMachines(parseRequest(schemas.ListStateMachines, input));
      default:
        throw new AwsError('UnknownOperationException', `Step Functions has no operation ${operation} here`);
    }
  }

  /** The machine's log, made of its executions' histories. */
  logOf(machineArn: string, { withData }: { withData: boolean }): LogSource {
    return new ExecutionLogSource(this.#executions, { machineArn, withData });
  }

  /**
   * Goes on with what was RUNNING when the last process ended, each by the definition that it began with, and returns
   * it. A Task that was under way is done again, as after an answer that was lost.
   */
  resumeInterrupted(): { executionArn: string; name: string; input: string }[] {
    return this.#runner.resumeInterrupted();
  }

  /** Leaves running executions RUNNING on disk, so that the next start goes on with them. */
  async stop(): Promise<void> {
    await this.#runner.interruptAll();
    this.#executions.close();
  }

  #start({ stateMachineArn, name, input }: Request<'StartExecution'>) {
    const { executionArn, startDate } = this.#runner.start(this.#machine(stateMachineArn), input, name);
    return { executionArn, startDate: wireTime(startDate) };
  }

  async #stop({ executionArn, error, cause }: Request<'StopExecution'>) {
    const stopDate = await this.#runner.stop(this.#executions.get(executionArn), error, cause);
    return { stopDate: wireTime(stopDate) };
  }

  #redrive({ executionArn }: Request<'RedriveExecution'>) {
    const entry = this.#executions.get(executionArn);
    return { redriveDate: wireTime(this.#runner.redrive(entry)) };
  }

  #history(request: Request<'GetExecutionHistory'>) {
    const events = this.#executions.eventsOf(this.#executions.get(request.executionArn));
    const { indexes, ...token } = pageOf(events.length, request, request.reverseOrder);
    const page = indexes.flatMap((index) => events[index] ?? []);
    return { events: request.includeExecutionData ? page : page.map(withoutData), ...token };
  }

  #listExecutions(request: Request<'ListExecutions'>) {
    const entries = this.#executions.ofMachine(this.#machine(request.stateMachineArn).arn);
    const wanted = (index: number) =>
      request.statusFilter === undefined || entries[index]?.summary.status === request.statusFilter;
    const { indexes, ...token } = pageOf(entries.length, request, true, wanted);
    const executions = indexes.flatMap((index) => entries[index] ?? []).map(({ summary }) => listedExecution(summary));
    return { executions, ...token };
  }

  #listMachines(request: Request<'ListStateMachines'>) {
    const machines = [...this.#machines.values()];
    const { indexes, ...token } = pageOf(machines.length, request, false);
    return { stateMachines: indexes.flatMap((index) => machines[index] ?? []).map(listedMachine), ...token };
  }

  #describe(executionArn: string) {
    return describeExecution(this.#recordOf(executionArn), this.#clock.now());
  }

  #recordOf(executionArn: string) {
    return this.#executions.recordOf(this.#executions.get(executionArn));
  }

  #machine(arn: string): Machine {
    return this.#runner.machine(arn);
  }
}
