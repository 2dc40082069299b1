import { lost, retryLost } from '../../domain/task/lost-writes.ts';
import type { Clock } from '../../ports.ts';
import { ApiRefusal, notFound } from './refusal.ts';

/** A change that is lost to another one is made once more on top of it; twice in a row is for the caller to judge. */
const TRIES = 2;

interface RowChange<Row> {
  /** Kind of the resource, for the refusal. */
  what: string;
  read(): Promise<Row | undefined>;
  /** The row as it is wanted; the stored one itself where there is nothing to change. */
  next(stored: Row): Promise<Row | ApiRefusal>;
  /** False where somebody else has written since the row was read. */
  write(wanted: Row, before: Row): Promise<boolean>;
}

/** Reads, changes and writes a row, under the condition that nobody wrote it in between. */
export async function change<Row>({ what, read, next, write }: RowChange<Row>): Promise<Row | ApiRefusal> {
  const changed = await retryLost(TRIES, async () => {
    const stored = await read();
    if (!stored) return notFound(what);
    const wanted = await next(stored);
    if (wanted instanceof ApiRefusal || wanted === stored) return wanted;
    return (await write(wanted, stored)) ? wanted : lost;
  });
  if (changed !== lost) return changed;
  return conflict(`The ${what} was changed by others at the same time. Read it and try again.`);
}

export const conflict = (message: string): ApiRefusal => new ApiRefusal(409, 'conflict', message);

/** The time of a change, later than that of the change before: no two states of a row carry the same. */
export const changeTime = (clock: Pick<Clock, 'now'>, { updatedAt }: { updatedAt: string }): string =>
  new Date(Math.max(clock.now().getTime(), Date.parse(updatedAt) + 1)).toISOString();

/** Whether two states of a row hold the same, whatever the order of their fields. */
export function isSame<Row extends object>(a: Row, b: Row): boolean {
  const texts = (row: Row) => new Map(Object.entries(row).map(([name, value]) => [name, JSON.stringify(value)]));
  const [left, right] = [texts(a), texts(b)];
  return [...left.keys(), ...right.keys()].every((name) => left.get(name) === right.get(name));
}
