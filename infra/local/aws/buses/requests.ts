import { z } from 'zod';
import { AwsError } from '../error.ts';
import type { NewEvent } from './event.ts';

const MOST_ENTRIES = 10;

/** Input of PutEvents. Fields that an entry must have are checked per entry, as AWS does. */
export const putEventsSchema = z.strictObject({
  Entries: z
    .array(
      z.strictObject({
        Source: z.string().optional(),
        DetailType: z.string().optional(),
        Detail: z.string().optional(),
        EventBusName: z.string().default('default'),
        Resources: z.array(z.string()).optional(),
        /** Epoch seconds. */
        Time: z.number().optional(),
        TraceHeader: z.string().optional(),
      }),
    )
    .min(1)
    .max(MOST_ENTRIES),
});
type PutEventsEntry = z.infer<typeof putEventsSchema>['Entries'][number];

/** Of all entries of a request together. */
const MOST_REQUEST_BYTES = 256 * 1024;
/** What EventBridge counts for an entry's time. */
const TIME_BYTES = 14;

/** Throws ValidationException, which refuses the whole request. */
export function checkSize(entries: PutEventsEntry[]): void {
  const bytes = entries.map(({ Source = '', DetailType = '', Detail = '', Resources = [], Time }) => {
    const texts = [Source, DetailType, Detail, ...Resources].map((text) => Buffer.byteLength(text));
    return texts.reduce((sum, each) => sum + each, Time === undefined ? 0 : TIME_BYTES);
  });
  if (bytes.reduce((sum, each) => sum + each, 0) <= MOST_REQUEST_BYTES) return;
  throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
}

/** Throws an AwsError with the code that the entry gets in the answer. */
export function parseEntry(entry: PutEventsEntry): NewEvent {
  const { Source, DetailType, Detail, EventBusName, Resources, Time } = entry;
  if (!Source || !DetailType || !Detail) {
    throw new AwsError('InvalidArgument', 'Source, DetailType and Detail are required.');
  }
  if (Source.startsWith('aws.')) {
    throw new AwsError('NotAuthorizedForSourceException', `Not authorized for the source ${Source}.`);
  }
  return {
    // A name, or an ARN that ends in it.
    busName: EventBusName.split('/').at(-1) ?? EventBusName,
    source: Source,
    detailType: DetailType,
    detail: parseDetail(Detail),
    resources: Resources,
    time: Time === undefined ? undefined : Time * 1_000,
  };
}

function parseDetail(text: string): NewEvent['detail'] {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new AwsError('MalformedDetail', 'Detail is malformed: it must be the text of a JSON object.');
  }
}
