import { z } from 'zod';
import {
  collectedSchema,
  executionInputSchema,
  pollResultSchema,
  sessionRefSchema,
} from '../../functions/contract/execution.ts';
import { relayRunInputSchema } from '../../functions/contract/relay-run.ts';
import { stormCheckSchema, stormInputSchema, stormTriageSchema } from '../../functions/contract/storm.ts';

const details = z.object({ name: z.string(), input: z.string().optional(), output: z.string().optional() });
const ended = z.object({ error: z.string().optional(), cause: z.string().optional() });

/** The part of a history event that the story is told from. */
const eventSchema = z.object({
  type: z.string(),
  executionStartedEventDetails: z.object({ input: z.string() }).optional(),
  stateExitedEventDetails: details.optional(),
  taskFailedEventDetails: ended.optional(),
  executionFailedEventDetails: ended.optional(),
  executionAbortedEventDetails: ended.optional(),
  executionTimedOutEventDetails: ended.optional(),
});

/** Tells one execution's history as it happens: a line per step that a person waits for, nothing for the rest. */
export class Narrator {
  #polls = new Map<string, number>();

  /** `event` is a history event as GetExecutionHistory gives it. */
  lineFor(executionName: string, event: unknown): string | undefined {
    const parsed = eventSchema.parse(event);
    if (parsed.executionStartedEventDetails) return started(parsed.executionStartedEventDetails.input);
    if (parsed.stateExitedEventDetails) return this.#left(executionName, parsed.stateExitedEventDetails);
    if (parsed.taskFailedEventDetails) return `attempt failed    ${parsed.taskFailedEventDetails.error}`;
    const end =
      parsed.executionFailedEventDetails ?? parsed.executionAbortedEventDetails ?? parsed.executionTimedOutEventDetails;
    return end && `${parsed.type === 'ExecutionFailed' ? 'execution failed ' : 'execution stopped'} ${end.error ?? ''}`;
  }

  #left(executionName: string, { name, output }: z.infer<typeof details>): string | undefined {
    const value: unknown = JSON.parse(output ?? 'null');
    if (name === 'Create session') {
      const session = sessionRefSchema.safeParse(value).data;
      return session && `session created   ${session.id} in ${session.directory}\n                  ${session.url}`;
    }
    if (name === 'Send prompt') return 'prompt sent';
    if (name === 'Poll session') {
      const poll = (this.#polls.get(executionName) ?? 0) + 1;
      this.#polls.set(executionName, poll);
      const result = pollResultSchema.safeParse(value).data;
      return result && `poll ${String(poll).padEnd(13)}${result.activity}`;
    }
    if (name === 'Abort session') return 'session aborted';
    if (name === 'Collect result' || name === 'Record outcome') {
      const collected = collectedSchema.safeParse(value).data;
      return collected && `outcome           ${collected.outcome}: ${collected.cause}`;
    }
    if (name === 'Check storm') return storm(stormCheckSchema.safeParse(value).data?.activity);
    if (name === 'Triage storm') return storm(stormTriageSchema.safeParse(value).data?.sentence);
    return undefined;
  }
}

const storm = (what: string | undefined): string | undefined => what && `storm control     ${what}`;

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
