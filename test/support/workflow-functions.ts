import { z } from 'zod';
import { type VerifyResult, verifyResultSchema } from '../../functions/contract/checks.ts';
import {
  type Collected,
  collectedSchema,
  type ExecutionInput,
  executionInputSchema,
  freshPollMemory,
  type PollResult,
  pollResultSchema,
  type SessionRef,
  sessionRefSchema,
  taskInputs,
} from '../../functions/contract/execution.ts';
import { StatesError } from '../../infra/local/states/errors.ts';

export interface Call {
  state: string;
  /** Virtual milliseconds since the start. */
  at: number;
  /** Of all calls from this state, from 1. */
  attempt: number;
  /** The same without those that failed. */
  turn: number;
  input: unknown;
}

export const session: SessionRef = {
  id: 'ses_1',
  directory: '/srv/shop-worktree',
  repository: '/srv/shop',
  worktree: true,
  messageId: 'msg_1',
  partId: 'prt_1',
  baseCommit: 'a'.repeat(40),
  serverVersion: '1.18.33',
  dialect: 'v1',
  url: 'https://opencode.internal.corp/session/ses_1',
};

export const running: PollResult = {
  state: 'running',
  activity: 'working',
  active: true,
  ending: null,
  memory: freshPollMemory,
};
export const settled: PollResult = {
  state: 'ended',
  activity: 'completed',
  active: false,
  ending: { outcome: 'completed', cause: 'The agent finished.' },
  memory: freshPollMemory,
};

const checks = [{ name: 'unit tests', verdict: 'passed' as const, exitCode: 0, seconds: 5, output: 'ok' }];
export const checking: VerifyResult = { state: 'running', activity: 'checking 1 of 1: unit tests', checks: null };
export const checked: VerifyResult = { state: 'done', activity: 'checked', checks };
export const toCorrect: VerifyResult = { ...checked, state: 'correct' };
/** Where the agent was told once what failed. */
export const corrected: SessionRef = {
  ...session,
  turn: { round: 1, messageId: 'msg_2', partId: 'prt_2', callsBefore: 1 },
};

/** How a rule polls, in whole seconds. */
export interface Polling {
  seconds: number;
  /** Up to which the wait grows. */
  mostSeconds?: number;
  maxAttempts: number;
  /** With a check that may send the agent back once. */
  verifies?: boolean;
}

/** An execution's input. */
export const executionInput = ({ seconds, mostSeconds, maxAttempts, verifies }: Polling): ExecutionInput =>
  executionInputSchema.parse({
    jobId: 'job_1',
    startedBy: { webhookId: 'wh_1', format: 'alertmanager', deliveryId: 'dlv_1' },
    alert: {
      id: 'alr_1',
      title: 'Checkout totals are wrong',
      severity: 'critical',
      source: 'prometheus',
      fingerprint: 'v1:1',
      startsAt: '2026-01-01T00:00:00Z',
    },
    relay: { id: 'rly_1', name: 'shop' },
    rule: { id: 'rul_1', name: 'fix it', version: 1, updatedBy: 'admin' },
    why: { reason: 'started', sentence: 'The rule "fix it" is enabled.' },
    session: {
      integrationId: 'int_1',
      endpoint: 'https://opencode.internal.corp',
      model: null,
      agent: null,
      directory: '/srv/shop',
      workspace: 'worktree',
      keepWorkspace: false,
    },
    poll: {
      intervalMs: seconds * 1_000,
      waitSeconds: seconds,
      ...(mostSeconds !== undefined && { maxWaitSeconds: mostSeconds }),
      maxAttempts,
    },
    ...(verifies && {
      verify: { checks: [{ name: 'unit tests', command: 'npm test', minutes: 5 }], retries: 1, required: false },
    }),
    prompt: { sha256: 'b'.repeat(64), characters: 500 },
  });

const invokeSchema = z.strictObject({ FunctionName: z.string(), Payload: z.unknown() });
const putEventsSchema = z.strictObject({
  Entries: z.tuple([
    z.strictObject({
      Detail: z.unknown(),
      DetailType: z.literal('OpenCode session finished'),
      Source: z.literal('opencode-relay'),
      EventBusName: z.string(),
    }),
  ]),
});

interface TaskDescription {
  input: unknown;
  answer(call: Call): unknown;
  result(answer: unknown): unknown;
}

/** What a Task of the workflow is given, checked, and what it answers where all goes well. */
export function describeTask(state: string, resource: string, args: unknown): TaskDescription {
  if (resource === 'arn:aws:states:::events:putEvents') {
    const { Detail } = putEventsSchema.parse(args).Entries[0];
    const result = () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'evt_1' }] });
    return { input: Detail, answer: () => null, result };
  }
  const { FunctionName, Payload } = invokeSchema.parse(args);
  const name = /:function:(\w+?)Function/.exec(FunctionName)?.[1] ?? '';
  const task = Object.entries(functions).find(([known]) => known === name)?.[1];
  if (!task) throw new Error(`"${state}" invokes a function that this helper does not know: ${FunctionName}`);
  const result = (answer: unknown) => ({
    ExecutedVersion: '$LATEST',
    Payload: task.output.parse(answer),
    StatusCode: 200,
  });
  return { input: task.input.parse(Payload), answer: task.answer, result };
}

const collectInput = taskInputs.collectResult;

/** The functions by construct id: the shape of input and output, and the answer where all goes well. */
const functions = {
  CreateSession: { input: taskInputs.createSession, output: sessionRefSchema, answer: () => session },
  SendPrompt: {
    input: taskInputs.sendPrompt,
    output: z.object({ messageId: z.string() }),
    answer: () => ({ messageId: session.messageId }),
  },
  PollSession: {
    input: taskInputs.pollSession,
    output: pollResultSchema,
    answer: ({ turn }: Call) => (turn < 3 ? running : settled),
  },
  AbortSession: {
    input: taskInputs.abortSession,
    output: z.object({ status: z.string() }),
    answer: () => ({ status: 'stopped' }),
  },
  VerifyPatch: {
    input: taskInputs.verifyPatch,
    output: verifyResultSchema,
    answer: ({ input }: Call) => (taskInputs.verifyPatch.parse(input).looks < 2 ? checking : checked),
  },
  SendFindings: {
    input: taskInputs.sendFindings,
    output: z.object({ session: sessionRefSchema }),
    answer: () => ({ session: corrected }),
  },
  CollectResult: {
    input: collectInput,
    output: collectedSchema,
    answer: ({ input }: Call) => collect(collectInput.parse(input)),
  },
};

/** As collect-result does: the given ending stands, and completed work with changes is a diff. */
export function collect({ session: ref, ending, polls, checks = null }: z.infer<typeof collectInput>): Collected {
  return {
    outcome: ending.outcome === 'completed' ? 'diff_ready' : ending.outcome,
    cause: ending.cause,
    polls,
    session: ref && { id: ref.id, url: ref.url, serverVersion: ref.serverVersion },
    result: null,
    tokens: ref && { input: 1, output: 2, reasoning: 0, cacheRead: 0, cacheWrite: 0 },
    costUsd: ref && 0.02,
    checks,
  };
}

/** The error of a function as Lambda hands it on. */
export const lambdaError = (errorType: string, errorMessage: string): StatesError =>
  new StatesError(errorType, JSON.stringify({ errorType, errorMessage, trace: [`${errorType}: ${errorMessage}`] }));
