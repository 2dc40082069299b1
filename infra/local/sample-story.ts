import { type DecisionLog, leadsToSession } from './decisions.ts';
import type { OutcomeLog } from './outcome-log.ts';
import type { Terminal } from './terminal.ts';
import { TimeLimit, within } from './within.ts';

/** How `npm start -- --once` exits. 1 is also that of a start that fails, 2 that of a wrong command line. */
export const exitStatus = { diffReady: 0, otherOutcome: 1, noSession: 3, timeLimit: 4 } as const;

/** A cold function takes a second, under load some more. */
const DECISION_MS = 30_000;
/** 120 polls, a second apart, beside the calls themselves and the start and end of the session. */
const SESSION_MS = 300_000;
/** A call of the function that ends a stopped session, and its repeats. */
const CLEAN_UP_MS = 30_000;

export interface SampleEnd {
  status: number;
  /** What the sample came to. */
  sentence: string;
}

interface Logs {
  decisions: Pick<DecisionLog, 'of'>;
  outcomes: Pick<OutcomeLog, 'of'>;
}

/** Waits for what becomes of the sample alert, whatever it is, and not for ever. */
export async function awaitSample(alertId: string, { decisions, outcomes }: Logs): Promise<SampleEnd> {
  try {
    const decision = await within(DECISION_MS, `the decision on the sample alert ${alertId}`, decisions.of(alertId));
    if (!leadsToSession(decision.reason)) {
      return {
        status: exitStatus.noSession,
        sentence: `No session looks at the sample alert (${decision.reason}). ${decision.sentence}`,
      };
    }
    const session = `the session that looks at the sample alert ${alertId}`;
    const { outcome } = await within(SESSION_MS, session, outcomes.of(alertId));
    const status = outcome === 'diff_ready' ? exitStatus.diffReady : exitStatus.otherOutcome;
    return { status, sentence: `The session ended with ${outcome}.` };
  } catch (error) {
    if (!(error instanceof TimeLimit)) throw error;
    return {
      status: exitStatus.timeLimit,
      sentence: `${error.message} "npm run explain -- ${alertId}" tells its story.`,
    };
  }
}

/** Waits until the sessions that were lost have their outcome: till then they hold their alerts' titles. */
export async function awaitCleanUp(
  lost: string[],
  outcomes: Logs['outcomes'],
  { phase }: Pick<Terminal, 'phase'>,
): Promise<void> {
  if (lost.length === 0) return;
  const cleaning = phase('clean-up');
  try {
    await within(CLEAN_UP_MS, 'the clean-up', Promise.all(lost.map((jobId) => outcomes.of(jobId))));
    cleaning.done('each session that was lost has its outcome');
  } catch (error) {
    if (!(error instanceof TimeLimit)) throw error;
    cleaning.done('some sessions that were lost have no outcome yet; it goes on beside what comes now');
  }
}
