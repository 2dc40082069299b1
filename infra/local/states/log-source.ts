import type { LogEvent, LogPage, LogQuery, LogSource } from '../aws/logs/source.ts';
import { withoutData } from './answers.ts';
import type { Executions } from './executions.ts';
import type { HistoryEvent } from './history.ts';

const STREAM = 'states/local';

/**
 * The log of a state machine: the histories of its executions, in the form in which Step Functions writes them. Pages
 * end between executions, within one in the order of time; the token counts executions.
 */
export class ExecutionLogSource implements LogSource {
  readonly #executions: Executions;
  readonly #machineArn: string;
  readonly #shown: (event: HistoryEvent) => HistoryEvent;

  constructor(executions: Executions, { machineArn, withData }: { machineArn: string; withData: boolean }) {
    this.#executions = executions;
    this.#machineArn = machineArn;
    this.#shown = withData ? (event) => event : withoutData;
  }

  streams(): { name: string; bytes: number }[] {
    return [{ name: STREAM, bytes: 0 }];
  }

  async read({ from, until, wants, limit, token }: LogQuery): Promise<LogPage> {
    const entries = this.#executions.ofMachine(this.#machineArn);
    const events: LogEvent[] = [];
    let index = Number(token ?? 0);
    for (; index < entries.length && events.length < limit; index++) {
      const entry = entries[index];
      if (!entry || entry.summary.startDate > until || (entry.summary.stopDate ?? until) < from) continue;
      for (const event of this.#executions.eventsOf(entry).map(this.#shown)) {
        const logged = logEvent(entry.summary.executionArn, event);
        if (logged.timestamp >= from && logged.timestamp <= until && wants(logged)) events.push(logged);
      }
    }
    events.sort((a, b) => a.timestamp - b.timestamp);
    return { events, token: index < entries.length ? String(index) : undefined };
  }
}

/** A line of the log, as Step Functions writes it of an event of an execution. */
export function logEvent(
  executionArn: string,
  { id, previousEventId, timestamp, type, ...rest }: HistoryEvent,
): LogEvent {
  const [details = {}] = Object.values(rest);
  const ms = Math.round(timestamp * 1_000);
  const message = JSON.stringify({
    id: String(id),
    type,
    details,
    previous_event_id: String(previousEventId),
    event_timestamp: String(ms),
    execution_arn: executionArn,
  });
  return { logStreamName: STREAM, timestamp: ms, message, eventId: `${executionArn}:${id}` };
}
