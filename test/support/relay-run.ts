import { z } from 'zod';
import { executionInputSchema } from '../../functions/contract/execution.ts';
import { isGreen, type Outcome } from '../../functions/contract/outcomes.ts';
import {
  type RelayRunInput,
  relayRunInputSchema,
  type StepInput,
  stepDecisionSchema,
  stepInputSchema,
} from '../../functions/contract/relay-run.ts';
import type { Relay } from '../../functions/domain/rule/relay.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { decideStep } from '../../functions/relay-run/decide-step/decide-step.ts';
import { StatesError } from '../../infra/local/states/errors.ts';
import type { TaskRunner } from '../../infra/local/states/visit.ts';
import { VirtualClock } from '../../infra/local/virtual-clock.ts';
import { synthesizedDefinition } from './definition.ts';
import { type Executed, execute } from './execution.ts';
import { receivedAt, sampleDelivery, sampleRelay } from './fakes/alert-samples.ts';
import { sampleCollected } from './fakes/samples.ts';
import { RoutingWorld } from './fakes/world.ts';
import { synthesizedTemplate } from './stack.ts';
import type { Crossing } from './workflow.ts';

const definition = JSON.stringify(synthesizedDefinition(synthesizedTemplate(), 'RelayRuns'));

interface Session {
  ruleId: string;
  jobId: string;
  /** Minutes after the alert. */
  from: number;
  to: number | undefined;
}

export interface Play {
  /** Another definition than the one of today. */
  definition?: string;
  onCrossing?(crossing: Crossing): void;
  rules: Rule[];
  /** Of the delivery. */
  traceparent?: string;
  repeatPolicy?: Relay['repeatPolicy'];
  /** How the sessions of a rule end, one after the other; the last goes on. `diff_ready` where nothing is said. */
  outcomes?: Record<string, Outcome[]>;
  sessionMinutes?: number;
  /** Minutes between the alert and the start of its run. */
  lateMinutes?: number;
  /** What happens in the world, by minutes after the alert. */
  meanwhile?: [minutes: number, happens: (world: RoutingWorld, stop: AbortController) => void][];
  /** In the place of decide-step. */
  decide?(input: StepInput, decide: () => Promise<unknown>): Promise<unknown>;
  /** Before the child is started. */
  onStart?(world: RoutingWorld, jobId: string): void;
}

export interface Played extends Executed {
  world: RoutingWorld;
  run: RelayRunInput;
  sessions: Session[];
  decided: StepInput[];
  output: unknown;
}

const invokeSchema = z.strictObject({ FunctionName: z.string().regex(/DecideStepFunction/), Payload: stepInputSchema });
const startSchema = z.strictObject({
  StateMachineArn: z.string().regex(/SessionsMachine/),
  Name: z.string(),
  Input: executionInputSchema,
});
const HOUR_MS = 3_600_000;

/** Routes the sample alert, then runs its relay run as synthesized, with the real decide-step, in virtual time. */
export async function play(options: Play): Promise<Played> {
  const { rules, repeatPolicy = 'none', meanwhile = [], traceparent } = options;
  const clock = new VirtualClock(Date.parse(receivedAt));
  const world = new RoutingWorld(rules, { relay: { ...sampleRelay, repeatPolicy } });
  const runs: RelayRunInput[] = [];
  const deps = {
    ...world.deps(),
    clock: { now: () => new Date(clock.now()), sleep: async () => undefined },
    relayRuns: { start: async (name: string, input: RelayRunInput) => `arn:run:${name}:${runs.push(input)}` },
  };
  await routeAlerts(deps, [sampleDelivery({ ...(traceparent && { traceparent }) })]);
  const [run] = runs;
  if (!run) throw new Error('The alert has no relay run');

  const stop = new AbortController();
  for (const [minutes, happens] of meanwhile) {
    void clock.sleep(minutes * 60_000, new AbortController().signal).then(() => happens(world, stop));
  }
  if (options.lateMinutes) await clock.sleep(options.lateMinutes * 60_000, stop.signal);
  const sessions: Session[] = [];
  const decided: StepInput[] = [];
  const runTask: TaskRunner = async (resource, args, signal, submitted) => {
    if (!resource.endsWith('startExecution.sync:2')) {
      const { Payload } = invokeSchema.parse(args);
      decided.push(Payload);
      const decide = () => decideStep(deps, Payload);
      const answer = await clock.during(() => options.decide?.(Payload, decide) ?? decide());
      options.onCrossing?.({ function: 'DecideStep', input: Payload, output: answer });
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: stepDecisionSchema.parse(answer) };
    }
    return runSession({ options, clock, world, sessions, run }, args, { signal, submitted });
  };
  const executed = await execute(options.definition ?? definition, {
    name: run.runId,
    input: relayRunInputSchema.parse(JSON.parse(JSON.stringify(run))),
    runTask,
    clock,
    stop,
  });
  const { output } = executed.ending ?? {};
  return { ...executed, world, run, sessions, decided, output: output === undefined ? undefined : JSON.parse(output) };
}

interface Stage {
  options: Play;
  clock: VirtualClock;
  world: RoutingWorld;
  sessions: Session[];
  run: RelayRunInput;
}

/** A child: started by its job's name with the job's input and the link to the run, settled before it ends. */
async function runSession(
  { options, clock, world, sessions, run }: Stage,
  args: unknown,
  { signal, submitted }: { signal: AbortSignal; submitted(answer: unknown): void },
): Promise<unknown> {
  const { Name, Input } = startSchema.parse(args);
  const { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: parent, ...input } = Input;
  const job = world.jobs.get(Name);
  if (!job || JSON.stringify(input) !== JSON.stringify(job.input)) throw new Error(`${Name} is no job of that input`);
  if (!parent?.endsWith(`:execution:m:${run.runId}`)) throw new Error(`${Name} is linked to ${parent}`);
  options.onStart?.(world, Name);
  const ExecutionArn = `arn:aws:states:eu-central-1:1:execution:sessions:${Name}`;
  submitted({ ExecutionArn });
  world.jobs.set(Name, { ...job, executionArn: ExecutionArn, startedAt: new Date(clock.now()).toISOString() });
  const minutes = () => (clock.now() - Date.parse(receivedAt)) / 60_000;
  const session: Session = { ruleId: job.ruleId, jobId: Name, from: minutes(), to: undefined };
  const before = sessions.filter(({ ruleId }) => ruleId === job.ruleId).length;
  sessions.push(session);
  const planned = options.outcomes?.[job.ruleId] ?? ['diff_ready'];
  const outcome = planned[Math.min(before, planned.length - 1)] ?? 'diff_ready';
  await clock.sleep(((options.sessionMinutes ?? 10) * HOUR_MS) / 60, signal);
  session.to = minutes();
  const collected = sampleCollected({ outcome });
  const finishedAt = new Date(clock.now()).toISOString();
  world.jobs.set(Name, { ...(world.jobs.get(Name) ?? job), collected, finishedAt });
  if (isGreen(outcome)) return { ExecutionArn, Status: 'SUCCEEDED', Input, Output: collected };
  const ended =
    outcome === 'cancelled'
      ? { Status: 'ABORTED', Cause: 'stopped by an operator' }
      : { Status: 'FAILED', Error: outcome, Cause: collected.cause };
  throw new StatesError('States.TaskFailed', JSON.stringify({ ExecutionArn, Input, ...ended }));
}
