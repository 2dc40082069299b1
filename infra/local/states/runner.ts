import { randomUUID } from 'node:crypto';
import { stackStopped } from '../../../functions/contract/error-names.ts';
import { AwsError } from '../aws/error.ts';
import { Announcements } from './announcements.ts';
import { type StateMachine, whyNotRedrivable } from './answers.ts';
import { type Executing, runChild, startsExecution } from './children.ts';
import { type Definition, parseDefinition } from './definition.ts';
import { type Ending, Interrupted, recordEnd, runExecution, Stopped } from './execution.ts';
import type { ExecutionRecord } from './execution-files.ts';
import type { ExecutionEntry, Executions } from './executions.ts';
import { History, type HistoryEvent } from './history.ts';
import type { StatesOptions } from './options.ts';
import { positionOf } from './position.ts';
import { checkName, parseInput } from './requests.ts';
import type { Run, TaskRunner } from './visit.ts';

/** A machine with its definition read. */
export type Machine = StateMachine & { parsed: Definition };

interface Running {
  controller: AbortController;
  /** Resolves once the execution's end is recorded, or the run was interrupted. */
  over: Promise<void>;
}

/** Of an execution whose machine is not in the template any more, or that an older local stack began. */
const lostEnding: Ending = {
  status: 'ABORTED',
  error: stackStopped,
  cause: 'The local stack ended while this execution was running, and what it ran is not there any more.',
};

const stoppedWithParent = 'The execution that started this one ended before it.';

/** Starts, stops and ends executions, keeps their records, and announces each change of status. */
export class Runner {
  readonly #options: StatesOptions;
  readonly #executions: Executions;
  readonly #findMachine: (arn: string) => Machine | undefined;
  readonly #running = new Map<string, Running>();
  readonly #announcements: Announcements;

  constructor(options: StatesOptions, executions: Executions, findMachine: (arn: string) => Machine | undefined) {
    this.#options = options;
    this.#executions = executions;
    this.#findMachine = findMachine;
    this.#announcements = new Announcements(options);
  }

  /** Throws StateMachineDoesNotExist. */
  machine(arn: string): Machine {
    const machine = this.#findMachine(arn);
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** Idempotent while the execution runs: the same name and input give the same answer. */
  start(machine: Machine, inputText: string, name: string = randomUUID()): ExecutionRecord {
    checkName(name);
    const input = parseInput(inputText);
    const { region, account, clock } = this.#options;
    const executionArn = `arn:aws:states:${region}:${account}:execution:${machine.name}:${name}`;
    const known = this.#executions.find(executionArn);
    if (known) {
      const earlier = this.#executions.recordOf(known);
      if (earlier.status === 'RUNNING' && earlier.input === inputText) return earlier;
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const record: ExecutionRecord = {
      executionArn,
      definition: this.#executions.keepDefinition(machine.definition),
      stateMachineArn: machine.arn,
      name,
      roleArn: machine.roleArn,
      status: 'RUNNING',
      startDate: clock.now(),
      input: inputText,
    };
    const entry = this.#executions.create(record);
    this.#announcements.add(record);
    this.#run(entry, machine, { input });
    return record;
  }

  /** Starts an execution again at the state that failed, and returns when, in epoch milliseconds. */
  redrive(entry: ExecutionEntry): number {
    const ended = this.#executions.recordOf(entry);
    const { stopDate, output, error, cause, ...record } = ended;
    const redriveDate = this.#options.clock.now();
    const reason = whyNotRedrivable(ended, redriveDate);
    if (reason !== undefined) throw notRedrivable(`${reason}: '${record.executionArn}'`);
    const redriveCount = (record.redriveCount ?? 0) + 1;
    const input = parseInput(record.input);
    const machine = this.#machineOfExecution(record);
    if (!machine) throw notRedrivable(`What ran is not there any more: '${record.executionArn}'`);
    const events = this.#executions.load(entry);
    // Anew: the state, an execution that it waited for, and all iterations of a Map.
    const { state, input: begin, variables } = positionOf(machine.parsed, { input, variables: {} }, events);
    const position = { state, input: begin, variables };
    this.#executions.save(entry, { ...record, status: 'RUNNING', redriveCount, redriveDate });
    this.#announcements.add(this.#executions.recordOf(entry));
    this.#run(entry, machine, { input, resume: { position, isRedrive: true } });
    return redriveDate;
  }

  /** Returns when the execution ended, now or before, in epoch milliseconds. */
  async stop(entry: ExecutionEntry, error: string | undefined, cause: string | undefined): Promise<number> {
    const running = this.#running.get(entry.summary.executionArn);
    if (running) {
      running.controller.abort(new Stopped(error, cause));
      await running.over;
    } else if (entry.summary.status === 'RUNNING') {
      this.#end(entry, this.#historyOf(entry), new Stopped(error, cause).ending);
    }
    return entry.summary.stopDate ?? this.#options.clock.now();
  }

  /** All at once, so that none looks for a child that is not there yet. */
  resumeInterrupted(): ExecutionRecord[] {
    const interrupted = [...this.#executions.all()].filter(
      ({ summary }) => summary.status === 'RUNNING' && !this.#running.has(summary.executionArn),
    );
    return interrupted.map((entry) => {
      const record = this.#executions.recordOf(entry);
      this.#resume(entry, record);
      return record;
    });
  }

  #resume(entry: ExecutionEntry, record: ExecutionRecord): void {
    const machine = this.#machineOfExecution(record);
    const events = this.#executions.load(entry);
    if (!machine) this.#end(entry, this.#historyOf(entry), lostEnding);
    else {
      const input = parseInput(record.input);
      const position = positionOf(machine.parsed, { input, variables: {} }, events);
      // A kill may come before the first event.
      this.#run(entry, machine, { input, ...(events.length > 0 && { resume: { position, isRedrive: false } }) });
    }
  }

  /** The machine as it was when the execution began: definition and role are its own to its end. */
  #machineOfExecution({ stateMachineArn, definition: digest, roleArn }: ExecutionRecord): Machine | undefined {
    const definition = digest === undefined ? undefined : this.#executions.definitionOf(digest);
    const machine = this.#findMachine(stateMachineArn);
    if (definition === undefined || !machine) return undefined;
    return { ...machine, roleArn, definition, parsed: parseDefinition(definition) };
  }

  async interruptAll(): Promise<void> {
    this.#announcements.stop();
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort(new Interrupted());
    await Promise.all(running.map(({ over }) => over));
  }

  #run(entry: ExecutionEntry, machine: Machine, { input, resume }: { input: unknown; resume?: Run['resume'] }): void {
    const { region, clock } = this.#options;
    const { executionArn: arn, name, startDate: startedAt, roleArn, redriveCount = 0 } = entry.summary;
    const controller = new AbortController();
    const history = this.#historyOf(entry);
    const ended = runExecution({
      definition: machine.parsed,
      stateMachine: machine,
      execution: { arn, name, input, startedAt, roleArn, redriveCount },
      resume,
      region,
      clock,
      runTask: this.#runTask,
      history,
      signal: controller.signal,
    });
    const over = ended.then((ending) => {
      this.#running.delete(arn);
      if (ending) this.#end(entry, history, ending);
    });
    this.#running.set(arn, { controller, over });
  }

  /** Time goes on while an execution waits for another one. */
  readonly #runTask: TaskRunner = (resource, args, signal, submitted, lost, identity) => {
    const { clock, run } = this.#options;
    if (startsExecution(resource)) {
      const { roleArn, child } = identity;
      return runChild(this.#executingAs(roleArn), { resource, args }, { signal, submitted, child });
    }
    return clock.during(() => run(resource, args, signal, submitted, lost, identity));
  };

  readonly #executingAs = (roleArn: string): Executing => ({
    start: ({ stateMachineArn, name, input }) => {
      this.#options.authorize?.(roleArn, 'StartExecution', { stateMachineArn });
      return this.start(this.machine(stateMachineArn), input, name);
    },
    ended: async (executionArn) => {
      await this.#running.get(executionArn)?.over;
      const record = this.#executions.recordOf(this.#executions.get(executionArn));
      return record.status === 'RUNNING' ? new Promise<never>(() => undefined) : record;
    },
    stop: (executionArn) => this.stop(this.#executions.get(executionArn), undefined, stoppedWithParent),
  });

  #historyOf(entry: ExecutionEntry): History {
    const { executionArn: arn, name } = entry.summary;
    const onEvent = (event: HistoryEvent) => {
      this.#executions.append(entry, event);
      this.#options.onHistory?.({ arn, name }, event);
    };
    return new History(this.#options.clock, onEvent, this.#executions.load(entry));
  }

  /** The record first: a kill before the last event leaves an execution that has ended all the same. */
  #end(entry: ExecutionEntry, history: History, ending: Ending): void {
    const record = { ...this.#executions.recordOf(entry), ...ending, stopDate: this.#options.clock.now() };
    this.#executions.save(entry, record);
    recordEnd(history, ending);
    this.#executions.release(entry);
    this.#announcements.add(record);
  }
}

const notRedrivable = (message: string) => new AwsError('ExecutionNotRedrivable', message);
