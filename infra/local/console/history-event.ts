import type { HistoryEvent as SdkEvent } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { EventDetails, HistoryEvent } from './views.ts';

const detailsSchema = z.looseObject({
  name: z.string().optional(),
  input: z.string().optional(),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});

/** An event of GetExecutionHistory, whose details lie in a member that is named after its type. */
export function historyEvent(event: SdkEvent): HistoryEvent {
  const { id = 0, previousEventId = 0, timestamp, type = 'FailStateEntered' } = event;
  const [, details] = Object.entries(event).find(([key, value]) => key.endsWith('EventDetails') && value) ?? [];
  return {
    ...{ id, previousId: previousEventId, type },
    at: (timestamp ?? new Date(0)).toISOString(),
    details: withoutUndefined(detailsSchema.parse(details ?? {})),
  };
}

/** Members that the SDK sets without a value, and what only says that data is whole. */
const withoutUndefined = (details: z.infer<typeof detailsSchema>): EventDetails =>
  Object.fromEntries(
    Object.entries(details).filter(([name, value]) => value !== undefined && !/^(in|out)putDetails$/.test(name)),
  );
