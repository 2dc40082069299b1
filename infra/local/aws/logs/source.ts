/** One line of a log, as CloudWatch Logs has it. */
export interface LogEvent {
  logStreamName: string;
  /** Epoch milliseconds. */
  timestamp: number;
  message: string;
  /** Names the event within its group. */
  eventId: string;
}

export interface LogQuery {
  /** Epoch milliseconds, both inclusive. */
  from: number;
  until: number;
  wants(event: LogEvent): boolean;
  /** No more events than these; a source may stop earlier. */
  limit: number;
  /** Where the last page ended. */
  token: string | undefined;
}

export interface LogPage {
  events: LogEvent[];
  /** Absent at the end. */
  token: string | undefined;
}

/** What a log group is read from. */
export interface LogSource {
  streams(): { name: string; bytes: number }[];
  read(query: LogQuery): Promise<LogPage>;
}
