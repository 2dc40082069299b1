import { AsyncLocalStorage } from 'node:async_hooks';
import { z } from 'zod';
import { type SessionFinished, sessionFinishedSchema } from '../../functions/contract/events.ts';
import { type ExecutionInput, taskInputs } from '../../functions/contract/execution.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import { retryDelaySeconds } from '../../functions/domain/task/retry-delay.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import type { SessionServer } from '../../functions/ports.ts';
import { createSession } from '../../functions/session/create-session/create-session.ts';
import { pollSession } from '../../functions/session/poll-session/poll-session.ts';
import { sendFindings } from '../../functions/session/send-findings/send-findings.ts';
import { verifyPatch } from '../../functions/session/verify-patch/verify-patch.ts';
import { abortSession } from '../../functions/sessions/abort-session.ts';
import { collectResult } from '../../functions/sessions/collect-result.ts';
import { keepResult } from '../../functions/sessions/keep-result.ts';
import { sendPrompt } from '../../functions/sessions/send-prompt.ts';
import type { FaultyService } from '../../infra/local/faults/fault.ts';
import { StatesError } from '../../infra/local/states/errors.ts';
import { VirtualClock } from '../../infra/local/virtual-clock.ts';
import { synthesizedDefinition } from './definition.ts';
import { type Executed, execute } from './execution.ts';
import { receivedAt, sampleDelivery, sampleRule } from './fakes/alert-samples.ts';
import { aroundPorts } from './fakes/around-ports.ts';
import { fakeGuards } from './fakes/guards.ts';
import { fakePasswords, fakeScanner } from './fakes/passwords.ts';
import { fakePollReports } from './fakes/poll-reports.ts';
import { fakeSlots } from './fakes/slots.ts';
import { fakeLog, fakeResults } from './fakes/stores.ts';
import { WorkingServer } from './fakes/working-server.ts';
import { RoutingWorld } from './fakes/world.ts';
import { lambdaError } from './workflow-functions.ts';

/** `before`: nothing is done; `after`: it is, and the answer is lost; `death`: it is, and the function ends with it. */
type Injected = 'before' | 'after' | 'death';

/** What the `index`-th call of all, `ms` after the alert, meets. */
export type TroubleOf = (call: { service: FaultyService; index: number; ms: number }) => Injected | undefined;

export interface TroubledRun extends Pick<Executed, 'ending'> {
  world: RoutingWorld;
  server: WorkingServer;
  published: SessionFinished[];
  /** Services in the order of their calls. */
  calls: FaultyService[];
  /** Faults by service. */
  injected: Map<FaultyService, number>;
  tookMs: number;
}

/** A function ends in the middle of a call: nothing in it goes on, also not what would clean up. */
class Death extends Error {}
const invocations = new AsyncLocalStorage<{ die(): void }>();

const definition = JSON.stringify(synthesizedDefinition());
const FOREVER = new AbortController().signal;
const WORK_MS = 150_000;
const DEADLINE_MS = 6 * 3_600_000;

const invokeSchema = z.object({ FunctionName: z.string(), Payload: z.unknown() });
const putSchema = z.object({ Entries: z.tuple([z.object({ Detail: z.unknown() })]) });

/**
 * One alert from its delivery to its published outcome, in virtual time: the router, the workflow as synthesized, the
 * real functions and a server that works for a while, with every call of AWS going through `trouble`.
 */
export async function runTroubled(trouble: TroubleOf, rule: Rule = sampleRule()): Promise<TroubledRun> {
  const clock = new VirtualClock(Date.parse(receivedAt));
  const from = clock.now();
  const calls: FaultyService[] = [];
  const injected: TroubledRun['injected'] = new Map();
  const world = new RoutingWorld([rule]);
  const server = new WorkingServer(() => clock.now(), WORK_MS);
  const published: SessionFinished[] = [];

  async function through<T>(service: FaultyService, work: () => Promise<T>, error: () => Error): Promise<T> {
    const index = calls.push(service) - 1;
    const met = trouble({ service, index, ms: clock.now() - from });
    if (met !== undefined) injected.set(service, (injected.get(service) ?? 0) + 1);
    if (met === 'before') throw error();
    const answer = await work();
    // The workflow itself calls the bus: there is no function to die.
    if (met === 'after' || (met === 'death' && service === 'events')) throw error();
    if (met === 'death') throw new Death();
    return answer;
  }
  /** One call of a function, which may die in any call that it makes. */
  async function invoke<T>(work: () => Promise<T>, error: () => Error): Promise<T> {
    const died = Promise.withResolvers<never>();
    const exit = new StatesError('Runtime.ExitError', '');
    const alive = () => invocations.run({ die: () => died.reject(exit) }, work);
    return through('lambda', () => Promise.race([alive(), died.promise]), error).catch((reason: unknown) => {
      throw reason instanceof Death ? exit : reason;
    });
  }
  /** The ports of a service, each call of which holds the clock: nothing else goes on meanwhile. */
  const of = <Deps extends object>(service: FaultyService, deps: Deps): Deps =>
    aroundPorts(deps, async (call) => {
      try {
        return await clock.during(() => through(service, call, () => new Error(`${service} in trouble`)));
      } catch (error) {
        if (!(error instanceof Death)) throw error;
        invocations.getStore()?.die();
        return new Promise(() => undefined);
      }
    });

  // Sleeps alone let time pass.
  const portClock = {
    now: () => new Date(clock.now()),
    sleep: (ms: number) => clock.sleep(ms, FOREVER),
  };
  const {
    executions,
    stormExecutions,
    relayRuns,
    stopper,
    webhookCalls,
    stackBudget,
    metrics,
    clock: _,
    ...stores
  } = world.deps();
  const outside = {
    log: fakeLog(),
    stackBudget,
    metrics: { ...metrics, ...fakePollReports().metrics },
    clock: portClock,
  };
  const tables = of('dynamodb', { ...stores, slots: fakeSlots().store, guards: fakeGuards().store });
  const session = {
    ...pick(tables, 'jobs', 'budgets', 'switch', 'slots', 'guards'),
    ...of('secretsmanager', { passwords: fakePasswords }),
    ...of('s3', { results: fakeResults() }),
    ...{ ...outside, servers: held(clock, server), scanner: fakeScanner },
  };

  let ended: Promise<Executed> | undefined;
  const starting = {
    start: async (name: string, input: ExecutionInput) => {
      ended ??= execute(definition, { name, input: JSON.parse(JSON.stringify(input)), runTask, clock });
      return executions.start(name, input);
    },
  };
  const routing = {
    ...tables,
    ...outside,
    ...of('states', { executions: starting, stormExecutions, relayRuns, stopper }),
    ...of('sqs', { webhookCalls }),
  };

  async function runTask(resource: string, args: unknown): Promise<unknown> {
    if (resource.endsWith('putEvents')) {
      const put = async () => void published.push(sessionFinishedSchema.parse(putSchema.parse(args).Entries[0].Detail));
      await clock.during(() => through('events', put, () => new StatesError('EventBridge.ThrottlingException', '')));
      return { FailedEntryCount: 0, Entries: [{ EventId: 'evt_1' }] };
    }
    const { FunctionName, Payload } = invokeSchema.parse(args);
    const name = /:function:(\w+?)Function/.exec(FunctionName)?.[1] ?? '';
    const run = () => Promise.resolve(functions[name]?.(Payload)).catch(thrown);
    const answer = await invoke(run, () => new StatesError('Lambda.TooManyRequestsException', ''));
    return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: JSON.parse(JSON.stringify(answer)) };
  }
  const functions: Record<string, (payload: unknown) => Promise<unknown>> = {
    CreateSession: (payload) => createSession(session, taskInputs.createSession.parse(payload)),
    SendPrompt: (payload) => sendPrompt(session, taskInputs.sendPrompt.parse(payload)),
    PollSession: (payload) => pollSession(session, taskInputs.pollSession.parse(payload)),
    AbortSession: (payload) => abortSession(session, taskInputs.abortSession.parse(payload)),
    VerifyPatch: (payload) => verifyPatch(session, taskInputs.verifyPatch.parse(payload)),
    SendFindings: (payload) => sendFindings(session, taskInputs.sendFindings.parse(payload)),
    CollectResult: (payload) => {
      const input = taskInputs.collectResult.parse(payload);
      return input.keep ? keepResult(session, input) : collectResult(session, input);
    },
  };

  for (let receives = 1; clock.now() - from < DEADLINE_MS; receives++) {
    const route = () => routeAlerts(routing, [sampleDelivery()]);
    const [leftover] = await invoke(route, () => new Error('')).catch(() => [{ entries: 1, error: 'cut off' }]);
    if (leftover === undefined) break;
    await clock.sleep(retryDelaySeconds(receives) * 1_000, FOREVER);
  }
  const ending = (await ended)?.ending;
  return { ending, world, server, published, calls, injected, tookMs: clock.now() - from };
}

/** As the chain of a task has it leave its function. */
function thrown(error: unknown): never {
  throw error instanceof TaskError ? lambdaError(error.name, error.message) : lambdaError('RelayFailed', String(error));
}

const held = (clock: VirtualClock, server: WorkingServer) => {
  const { connect, recognise } = server.servers();
  const around = (port: SessionServer): SessionServer => {
    const wrapped = aroundPorts({ port }, (call) => clock.during(call)).port;
    // The one method that asks nobody.
    return new Proxy(wrapped, { get: (target, name) => Reflect.get(name === 'page' ? port : target, name) });
  };
  return {
    connect: (...args: Parameters<typeof connect>) => around(connect(...args)),
    recognise: async (...args: Parameters<typeof recognise>) => {
      const found = await clock.during(() => recognise(...args));
      return { ...found, server: around(found.server) };
    },
  };
};

const pick = <All extends object, Key extends keyof All>(all: All, ...keys: Key[]): Pick<All, Key> =>
  Object.fromEntries(keys.map((key) => [key, all[key]])) as Pick<All, Key>;
