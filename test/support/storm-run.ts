import { z } from 'zod';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
import { type ExecutionInput, executionInputSchema } from '../../functions/contract/execution.ts';
import { greenOutcomes, type Outcome } from '../../functions/contract/outcomes.ts';
import {
  rootCauseSchema,
  type StormCheck,
  type StormInput,
  stormCheckSchema,
  stormInputSchema,
  stormTaskInputs,
  stormTriageSchema,
} from '../../functions/contract/storm.ts';
import { checkStorm } from '../../functions/decisions/storms/check-storm.ts';
import { triageStorm } from '../../functions/decisions/storms/triage-storm.ts';
import { alertIdOf } from '../../functions/domain/alert/alert-id.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { recordRootCause } from '../../functions/storm/record-root-cause/record-root-cause.ts';
import { StatesError } from '../../infra/local/states/errors.ts';
import { VirtualClock } from '../../infra/local/virtual-clock.ts';
import { synthesizedDefinition } from './definition.ts';
import { type Executed, execute } from './execution.ts';
import { receivedAt, relayId, sampleDelivery, sampleOccurrence, sampleRule } from './fakes/alert-samples.ts';
import { sampleCollected } from './fakes/samples.ts';
import { fakeAnswers } from './fakes/storms.ts';
import { RoutingWorld } from './fakes/world.ts';
import { synthesizedTemplate } from './stack.ts';
import type { Crossing } from './workflow.ts';

const definition = JSON.stringify(synthesizedDefinition(synthesizedTemplate(), 'Storms'));

interface Happening {
  at: number;
  alerts?: Partial<AlertOccurrence>[];
  /** Turns the switch. */
  paused?: boolean;
}

export interface StormPlay {
  /** Another definition than the one of today. */
  definition?: string;
  onCrossing?(crossing: Crossing): void;
  /** Config of the rule, beside its agent. */
  config?: object;
  /** By seconds from the beginning: deliveries, and what else happens. */
  meanwhile: Happening[];
  /** Of the storm's own session. */
  outcome?: Outcome;
  answer?: string;
  /** Before a function, by its name; what it returns stands for the function's answer. */
  script?: Record<string, () => unknown>;
}

interface StormPlayed {
  world: RoutingWorld;
  /** By storm, in the order of their beginning. */
  storms: (Executed & { input: StormInput; output: unknown; checks: (StormCheck & { second: number })[] })[];
  /** Sessions by the second of their start. */
  starts: { second: number; alertId: string; isStorm: boolean; input: ExecutionInput }[];
  /** Calls of functions, by their names, with what the workflow hands them. */
  calls: { name: string; payload: unknown }[];
}

const stormRule = (config: object) => sampleRule({}, config);
const FOREVER = new AbortController().signal;

/** An alert of its own, named by a number. */
export const alertIdFor = (name: string): string =>
  alertIdOf({ relayId, fingerprint: `v1:${name}`, startsAt: receivedAt });
export const alertNamed = (name: string, changes: Partial<AlertOccurrence> = {}) => ({
  fingerprint: `v1:${name}`,
  title: `Alert ${name}`,
  severity: 'high' as const,
  startsAt: receivedAt,
  ...changes,
});

/**
 * Routes deliveries as they come, and runs the storms that they begin as synthesized, with their real functions, in
 * virtual time.
 */
export async function playStorm(play: StormPlay): Promise<StormPlayed> {
  const clock = new VirtualClock(Date.parse(receivedAt));
  const world = new RoutingWorld([stormRule(play.config ?? {})]);
  const second = () => (clock.now() - Date.parse(receivedAt)) / 1_000;
  const running: Promise<StormPlayed['storms'][number]>[] = [];
  const starts: StormPlayed['starts'] = [];
  const calls: StormPlayed['calls'] = [];
  const answers = new Map<string, string>();
  const base = world.deps();
  const started = (input: ExecutionInput) =>
    starts.push({ second: second(), alertId: input.alert.id, isStorm: input.storm !== undefined, input });
  const deps = {
    ...base,
    clock: { now: () => new Date(clock.now()), sleep: async () => undefined },
    answers: fakeAnswers(answers),
    log: { warn: () => undefined },
    executions: {
      start: async (name: string, input: ExecutionInput) => {
        if (!world.executions.has(name)) started(input);
        return base.executions.start(name, input);
      },
    },
    stormExecutions: {
      start: async (name: string, input: StormInput) => {
        if (!world.stormExecutions.has(name)) running.push(run(name, input));
        return base.stormExecutions.start(name, input);
      },
    },
  };

  async function run(name: string, input: StormInput): Promise<StormPlayed['storms'][number]> {
    const checks: (StormCheck & { second: number })[] = [];
    const functions: Record<string, (payload: unknown) => Promise<unknown>> = {
      CheckStorm: async (payload) => {
        const check = stormCheckSchema.parse(await checkStorm(deps, stormTaskInputs.checkStorm.parse(payload)));
        checks.push({ ...check, second: second() });
        return check;
      },
      TriageStorm: async (payload) =>
        stormTriageSchema.parse(await triageStorm(deps, stormTaskInputs.triageStorm.parse(payload))),
      RecordRootCause: async (payload) =>
        rootCauseSchema.parse(await recordRootCause(deps, stormTaskInputs.recordRootCause.parse(payload))),
    };
    const runTask = async (resource: string, args: unknown, signal: AbortSignal, submitted: (a: unknown) => void) => {
      if (resource.endsWith('startExecution.sync:2')) return session(args, signal, submitted);
      const { FunctionName, Payload } = invokeSchema.parse(args);
      const called = /:function:(\w+?)Function/.exec(FunctionName)?.[1] ?? '';
      calls.push({ name: called, payload: Payload });
      return clock.during(async () => {
        const answer = play.script?.[called]?.() ?? (await functions[called]?.(Payload));
        play.onCrossing?.({ function: called, input: Payload, output: answer });
        return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: answer };
      });
    };
    const parsed = stormInputSchema.parse(JSON.parse(JSON.stringify(input)));
    const executed = await execute(play.definition ?? definition, { name, input: parsed, runTask, clock });
    const { output } = executed.ending ?? {};
    return { ...executed, input, checks, output: output === undefined ? undefined : JSON.parse(output) };
  }

  async function session(args: unknown, signal: AbortSignal, submitted: (answer: unknown) => void) {
    const { Name, Input } = startSchema.parse(args);
    play.script?.session?.();
    const { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: parent, ...input } = Input;
    const job = world.jobs.get(Name);
    if (!job || JSON.stringify(input) !== JSON.stringify(job.input)) throw new Error(`${Name} is no job of that input`);
    if (!parent?.endsWith(`:execution:m:${input.storm?.id}`)) throw new Error(`${Name} is linked to ${parent}`);
    started(input);
    const ExecutionArn = `arn:aws:states:eu-central-1:1:execution:sessions:${Name}`;
    submitted({ ExecutionArn });
    await clock.sleep(600_000, signal);
    const outcome = play.outcome ?? 'no_changes';
    const answer = play.answer === undefined ? null : `${Name}/answer.md`;
    if (answer !== null && play.answer !== undefined) answers.set(answer, play.answer);
    const collected = sampleCollected({ outcome });
    const finishedAt = new Date(clock.now()).toISOString();
    world.jobs.set(Name, { ...job, collected: { ...collected, result: { ...sampleResult, answer } }, finishedAt });
    const green: readonly Outcome[] = greenOutcomes;
    if (green.includes(outcome)) return { ExecutionArn, Status: 'SUCCEEDED', Input, Output: collected };
    throw new StatesError('States.TaskFailed', JSON.stringify({ ExecutionArn, Status: 'FAILED', Error: outcome }));
  }

  await Promise.all(
    play.meanwhile.map(async ({ at, alerts, paused }, index) => {
      await clock.sleep(at * 1_000, FOREVER);
      await clock.during(async () => {
        if (paused !== undefined) world.pauseSwitch = { paused, by: 'admin', at: receivedAt };
        if (alerts) await deliver(index, alerts);
      });
    }),
  );
  async function deliver(index: number, alerts: Partial<AlertOccurrence>[]) {
    const items = alerts.map((changes) => {
      const occurrence = sampleOccurrence(changes);
      return { alertId: alertIdOf({ relayId, fingerprint: occurrence.fingerprint, startsAt: receivedAt }), occurrence };
    });
    const at = new Date(clock.now()).toISOString();
    await routeAlerts(deps, [sampleDelivery({ deliveryId: `dlv_${index}`, receivedAt: at, items })]);
  }
  return { world, storms: await Promise.all(running), starts, calls };
}

const sampleResult = {
  ...{ bucket: 'results', patch: null, manifest: 'manifest.json', patchSha256: null, baseCommit: null },
  ...{ files: 0, additions: 0, deletions: 0 },
};

const invokeSchema = z.strictObject({ FunctionName: z.string(), Payload: z.unknown() });
const startSchema = z.strictObject({
  StateMachineArn: z.string().regex(/SessionsMachine/),
  Name: z.string(),
  Input: executionInputSchema,
});
