import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error.ts';
import type { LogSource } from './source.ts';

interface QueriedGroup {
  name: string;
  source: LogSource | undefined;
}

interface Query {
  /** `@timestamp`, `@log` and `@message`, in the order of the answer. */
  fields: string[];
  pattern: RegExp;
  newestFirst: boolean;
  limit: number;
}

/** A field and its value, as Insights answers them. */
type Row = { field: string; value: string }[];

const fieldSchema = z.enum(['@timestamp', '@log', '@message']);
/** So many queries are remembered. */
const KEPT = 50;

/**
 * CloudWatch Logs Insights, as far as one asks what was said of something: fields, a filter by a regular expression,
 * the order, a limit. Any other query is refused as malformed.
 */
export class Insights {
  readonly #account: string;
  readonly #queries = new Map<string, { rows: Row[] | undefined }>();

  constructor(account: string) {
    this.#account = account;
  }

  /** Times in epoch seconds, both inclusive. */
  start(groups: QueriedGroup[], text: string, { startTime, endTime }: { startTime: number; endTime: number }): string {
    const query = parse(text);
    const id = randomUUID();
    const entry: { rows: Row[] | undefined } = { rows: undefined };
    this.#queries.set(id, entry);
    for (const old of [...this.#queries.keys()].slice(0, -KEPT)) this.#queries.delete(old);
    const times = { from: startTime * 1_000, until: endTime * 1_000 + 999 };
    // What cannot be read is no line of the answer: the groups of a stack that runs can be.
    void this.#run(groups, query, times).then((rows) => {
      entry.rows = rows;
    });
    return id;
  }

  results(id: string): object {
    const query = this.#queries.get(id);
    if (!query) throw new AwsError('ResourceNotFoundException', `There is no query ${id}`);
    const { rows } = query;
    return {
      status: rows ? 'Complete' : 'Running',
      results: rows ?? [],
      statistics: { recordsMatched: rows?.length ?? 0 },
    };
  }

  async #run(groups: QueriedGroup[], query: Query, times: { from: number; until: number }): Promise<Row[]> {
    const found: { at: number; row: Row }[] = [];
    for (const { name, source } of groups) {
      const wants = ({ message }: { message: string }) => query.pattern.test(message);
      let token: string | undefined;
      do {
        const page = await source?.read({ ...times, wants, limit: query.limit, token });
        for (const { timestamp: at, message } of page?.events ?? []) {
          const values: Record<string, string> = {
            '@timestamp': new Date(at).toISOString().replace('T', ' ').slice(0, -1),
            '@log': `${this.#account}:${name}`,
            '@message': message,
          };
          found.push({ at, row: query.fields.map((field) => ({ field, value: values[field] ?? '' })) });
        }
        token = page?.token;
      } while (token !== undefined);
    }
    found.sort((a, b) => (query.newestFirst ? b.at - a.at : a.at - b.at));
    return found.slice(0, query.limit).map(({ row }) => row);
  }
}

const shape =
  /^fields (?<fields>.+?)\s*\|\s*filter @message like \/(?<pattern>.+)\/\s*\|\s*sort @timestamp (?<order>asc|desc)\s*\|\s*limit (?<limit>\d{1,5})$/s;

function parse(text: string): Query {
  const { fields = '', pattern = '', order, limit } = shape.exec(text.trim())?.groups ?? {};
  const names = z.array(fieldSchema).safeParse(fields.split(/\s*,\s*/));
  if (!names.success) throw new AwsError('MalformedQueryException', `The query is none that is read here: ${text}`);
  return { fields: names.data, pattern: new RegExp(pattern), newestFirst: order === 'desc', limit: Number(limit) };
}
