import { setTimeout as sleep } from 'node:timers/promises';
import { type Dialect, type Ending, freshPollMemory, type PollMemory } from '../../../functions/contract/execution.ts';
import type { Session } from '../../../functions/domain/session/session.ts';
import { judge, type Look } from '../../../functions/domain/session/verdict.ts';
import type { Prompt, SessionServer } from '../../../functions/ports.ts';
import { briefLook } from '../fakes/samples.ts';
import { idsOf, model, open } from './driver.ts';

/** A server of either dialect, with what a test does to it that the relay does not. */
export interface FailureHost {
  server: SessionServer;
  dialect: Dialect;
  directory: string;
  /** How much faster than this machine's clock the polls believe that time goes. */
  speed: number;
  /** Of the real clock: a look costs a real server some ten milliseconds of a core. */
  pollMs: number;
  /** Refuses what the session waits for, without a word, as a person would. */
  reject(session: Session): Promise<void>;
}

interface Failure {
  title: string;
  script: string;
  model?: Prompt['model'];
  agent?: string;
  /** 1.x says nothing at all: what is waited for in vain is over soon. */
  silentOnV1?: true;
  /** What it waits for is refused by somebody. */
  rejected?: true;
  outcome: Ending['outcome'];
  /** Where 2.x tells more. */
  outcomeOfV2?: Ending['outcome'];
  cause: RegExp;
}

/** What an agent's run can come to, each with the same verdict on every server. */
export const twelveFailures: Failure[] = [
  { title: 'writes and finishes', script: '[[write]]', outcome: 'completed', cause: /finished/ },
  { title: 'answers only', script: '[[text]]', outcome: 'completed', cause: /finished/ },
  {
    title: 'provider refuses the request',
    script: '[[http {"status":400,"message":"bad key"}]]',
    outcome: 'session_failed',
    cause: /bad key/,
  },
  {
    title: 'provider fails once',
    script: '[[http {"status":503,"times":1,"message":"overloaded"}]]',
    outcome: 'completed',
    cause: /finished/,
  },
  {
    title: 'unknown model',
    script: '[[text]]',
    model: { providerID: 'stub', modelID: 'nope' },
    // As a prompt looks that was lost.
    silentOnV1: true,
    outcome: 'session_lost',
    outcomeOfV2: 'session_failed',
    cause: /never answered|no model/,
  },
  {
    title: 'unknown agent',
    script: '[[text]]',
    agent: 'nope',
    silentOnV1: true,
    outcome: 'session_lost',
    outcomeOfV2: 'session_failed',
    cause: /never answered|no agent|no model or agent/,
  },
  { title: 'content filter', script: '[[filter]]', outcome: 'session_failed', cause: /filter/ },
  { title: 'length', script: '[[length]]', outcome: 'session_failed', cause: /length limit/ },
  { title: 'endless stream', script: '[[nofinish]]', outcome: 'session_failed', cause: /finish reason/ },
  { title: 'question', script: '[[question]]', outcome: 'blocked', cause: /Which one\?/ },
  {
    title: 'rejected permission',
    script: '[[bash {"cmd":"cat /etc/hostname"}]]',
    rejected: true,
    outcome: 'session_failed',
    cause: /permission or a question was rejected/,
  },
  {
    title: 'prompt too large',
    script: '[[http {"status":413,"message":"prompt is too long"}]]',
    outcome: 'session_failed',
    cause: /outgrew the model's context/,
  },
];

/** Of polling; the longest case waits for two graces of a minute. */
const LIMIT_MS = 150_000;
/** Against a server that never says anything. */
const TIMES_FASTER = 30;
/** A model that answers in a circle keeps a core busy until it is found out. */
const READ_EVERY = 3;

/** Sends the prompt and polls to the end, as the workflow does. */
export async function endingOf(host: FailureHost, failure: Failure): Promise<Ending> {
  const { server, directory } = host;
  const jobId = `job_${failure.title.replaceAll(' ', '_')}`;
  const given = { model: failure.model ?? model, agent: failure.agent ?? 'build' };
  const session = await open(server, directory, jobId, given);
  const prompt = { ...idsOf(session, jobId), text: failure.script, ...given };
  await server.prompt(session.id, prompt);
  if (failure.rejected) await rejectPending(host, session, prompt.messageId);
  const isSilent = failure.silentOnV1 && host.dialect === 'v1';
  return pollToEnd({ ...host, speed: isSilent ? host.speed * TIMES_FASTER : host.speed }, session, prompt);
}

const lookAt = (attempt: number, { counted }: PollMemory): Look =>
  attempt % READ_EVERY === 0 ? { newest: 5, counts: true, counted } : briefLook;

/** Polls until there is an ending. */
export async function pollToEnd(host: FailureHost, session: Session, prompt: Prompt): Promise<Ending> {
  const { server, dialect, speed, pollMs } = host;
  const startedAt = Date.now();
  let memory = freshPollMemory;
  for (let attempt = 1; Date.now() < startedAt + LIMIT_MS; attempt++) {
    const { messageId } = prompt;
    const seen = await server.observe({ ...session, messageId }, lookAt(attempt, memory));
    const at = new Date(startedAt + (Date.now() - startedAt) * speed);
    const lastPollAt = new Date(at.getTime() + 3_600_000).toISOString();
    const { result, resend } = judge(seen, memory, { dialect, messageId, at: at.toISOString(), lastPollAt });
    if (result.ending) {
      if (result.active) await server.abort(session.id);
      return result.ending;
    }
    memory = result.memory;
    if (resend) await server.prompt(session.id, prompt);
    await sleep(pollMs);
  }
  throw new Error(`The session ${session.id} came to no end`);
}

async function rejectPending({ server, reject }: FailureHost, session: Session, messageId: string): Promise<void> {
  for (let look = 0; look < 600; look++) {
    const { pending } = await server.observe({ ...session, messageId }, briefLook);
    if (pending.length > 0) return reject(session);
    await sleep(50);
  }
  throw new Error('The session asked for nothing');
}
