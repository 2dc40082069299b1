import { z } from 'zod';
import {
  collectedSchema,
  executionInputSchema,
  pollResultSchema,
  sessionRefSchema,
} from '../../functions/contract/execution.ts';

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
    return undefined;
  }
}

function started(input: string): string {
  const { alert, rule } = executionInputSchema.parse(JSON.parse(input));
  return `execution started "${alert.title}" (${alert.severity}), rule "${rule.name}" version ${rule.version}`;
}
