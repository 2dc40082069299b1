import { z } from 'zod';
import { verifyResultSchema } from '../../functions/contract/checks.ts';
import {
  collectedSchema,
  executionInputSchema,
  pollResultSchema,
  sessionRefSchema,
} from '../../functions/contract/execution.ts';
import { isGreen } from '../../functions/contract/outcomes.ts';
import { relayRunInputSchema } from '../../functions/contract/relay-run.ts';
import { stormCheckSchema, stormInputSchema, stormTriageSchema } from '../../functions/contract/storm.ts';
import { shortPath } from './short.ts';
import type { Terminal, Tone } from './terminal.ts';

const details = z.object({ name: z.string(), input: z.string().optional(), output: z.string().optional() });
const endDetails = z.object({ error: z.string().optional(), cause: z.string().optional() });

/** The part of a history event that the story is told from. */
const eventSchema = z.object({
  type: z.string(),
  executionStartedEventDetails: z.object({ input: z.string() }).optional(),
  stateExitedEventDetails: details.optional(),
  taskFailedEventDetails: endDetails.optional(),
  executionFailedEventDetails: endDetails.optional(),
  executionAbortedEventDetails: endDetails.optional(),
  executionTimedOutEventDetails: endDetails.optional(),
});

/** What one step came to, in words. */
interface Told {
  text: string;
  tone?: Tone;
}

/** Tells one execution's history as it happens: a line per step that a person waits for, nothing for the rest. */
export class Narrator {
  readonly #polls = new Map<string, number>();
  readonly #link: Terminal['link'];

  constructor({ link }: Pick<Terminal, 'link'>) {
    this.#link = link;
  }

  /** `event` is a history event as GetExecutionHistory gives it. */
  lineFor(executionName: string, event: unknown): Told | undefined {
    const parsed = eventSchema.parse(event);
    if (parsed.executionStartedEventDetails) return { text: started(parsed.executionStartedEventDetails.input) };
    if (parsed.stateExitedEventDetails) return this.#left(executionName, parsed.stateExitedEventDetails);
    const failed = parsed.taskFailedEventDetails;
    if (failed) return { text: `attempt failed    ${failed.error}`, tone: 'warning' };
    return ended(parsed);
  }

  #left(executionName: string, { name, output }: z.infer<typeof details>): Told | undefined {
    const value: unknown = JSON.parse(output ?? 'null');
    if (name === 'Create session') return this.#session(value);
    if (name === 'Send prompt') return { text: 'prompt sent' };
    if (name === 'Poll session') {
      const poll = (this.#polls.get(executionName) ?? 0) + 1;
      this.#polls.set(executionName, poll);
      const result = pollResultSchema.safeParse(value).data;
      return result && { text: `poll ${String(poll).padEnd(13)}${result.activity}` };
    }
    if (name === 'Start checks' || name === 'Look at checks') return checks(value);
    if (name === 'Abort session') return { text: 'session aborted', tone: 'warning' };
    if (name === 'Collect result' || name === 'Record outcome') return outcome(value);
    if (name === 'Check storm') return storm(stormCheckSchema.safeParse(value).data?.activity);
    if (name === 'Triage storm') return storm(stormTriageSchema.safeParse(value).data?.sentence);
    return undefined;
  }

  #session(value: unknown): Told | undefined {
    const session = sessionRefSchema.safeParse(value).data;
    return (
      session && {
        text: `session created   ${this.#link(session.id, session.url)}\nin                ${shortPath(session.directory)}`,
      }
    );
  }
}

function checks(value: unknown): Told | undefined {
  const result = verifyResultSchema.safeParse(value).data;
  return result && { text: `checks            ${result.activity}` };
}

function outcome(value: unknown): Told | undefined {
  const collected = collectedSchema.safeParse(value).data;
  if (!collected) return undefined;
  return {
    text: `outcome           ${collected.outcome}: ${collected.cause}`,
    tone: isGreen(collected.outcome) ? 'good' : 'bad',
  };
}

function ended({ type, ...event }: z.infer<typeof eventSchema>): Told | undefined {
  const end =
    event.executionFailedEventDetails ?? event.executionAbortedEventDetails ?? event.executionTimedOutEventDetails;
  const what = type === 'ExecutionFailed' ? 'execution failed ' : 'execution stopped';
  return end && { text: `${what} ${end.error ?? ''}`, tone: 'bad' };
}

const storm = (what: string | undefined): Told | undefined =>
  what ? { text: `storm control     ${what}` } : undefined;

/** A session, or what carries alerts through several of them. */
function started(input: string): string {
  const value: unknown = JSON.parse(input);
  const session = executionInputSchema.safeParse(value).data;
  if (session) {
    const { alert, rule } = session;
    return `execution started "${alert.title}" (${alert.severity}), rule "${rule.name}" version ${rule.version}`;
  }
  const run = relayRunInputSchema.safeParse(value).data;
  if (run) return `relay run started "${run.alert.title}", relay "${run.relay.name}"`;
  const storm = stormInputSchema.safeParse(value).data;
  return storm
    ? `alerts are held   by rule "${storm.rule.name}", from "${storm.firstHeld.title}" on`
    : 'execution started';
}
