import { type SweepInput, sweepMinutes } from '../../contract/sweep.ts';
import { forEachConcurrently } from '../../domain/task/concurrency.ts';
import { errorNameOf } from '../../domain/task/errors.ts';
import type { SweepPlaces, Swept, SweptKind, SweptList } from '../../domain/task/sweep.ts';
import { nothingSwept } from '../../domain/task/sweep.ts';
import type { OpenWork, SweepLease, SweepMetrics } from '../../ports.ts';
import { type ChangesDeps, sweepChanges } from './changes.ts';
import { type EndedDeps, sweepRun, sweepSession, sweepStorm } from './ended.ts';
import { type LeftoverDeps, sweepLeftover } from './leftovers.ts';
import { listedOnce } from './listed-once.ts';
import { type MeasureDeps, measure } from './measure.ts';
import { type RetireDeps, retire } from './retire.ts';
import { type RollUpDeps, rollUp } from './roll-up.ts';
import { type SlotDeps, sweepSlots } from './slots.ts';

interface SweepDeps extends EndedDeps, LeftoverDeps, SlotDeps, ChangesDeps, MeasureDeps, RetireDeps, RollUpDeps {
  jobs: RetireDeps['jobs'] & EndedDeps['jobs'] & LeftoverDeps['jobs'] & SlotDeps['jobs'];
  open: OpenWork;
  slots: SlotDeps['slots'];
  lease: SweepLease;
  metrics: SweepMetrics;
}

/** Longer than the function may run: a sweep that dies holds up the next one for no more than this. */
const LEASE_SECONDS = 240;
/** Of each list; the next sweep goes on behind them. DescribeExecution gives 15 a second, and 300 at once. */
const LOOKED_AT = 100;
const AT_ONCE = 5;

/**
 * Looks whether everything that is open is still under way, and has ended what is not: best-effort events may be lost,
 * and functions die. One sweep at a time. Idempotent: what it finds is ended by the handlers of the events themselves,
 * and found again until it is.
 */
export async function sweep(
  deps: SweepDeps,
  { graceSeconds }: SweepInput,
): Promise<{ status: string } & Partial<Swept>> {
  const now = deps.clock.now();
  const [relays, integrations] = [listedOnce(deps.relays), listedOnce(deps.integrations)];
  const places = await deps.lease.acquire(now.toISOString(), later(now, LEASE_SECONDS));
  if (!places) return { status: 'under_way' };
  const found = nothingSwept();
  const before = later(now, -graceSeconds);
  const next: SweepPlaces = {
    sessions: await walk(deps, found, 'sessions', places, deps.open.jobs, (job) => sweepSession(deps, job, before)),
    storms: await walk(deps, found, 'storms', places, deps.open.storms, (storm) => sweepStorm(deps, storm, before)),
    runs: await walk(deps, found, 'runs', places, deps.open.scheduled, (step) => sweepRun(deps, step, before)),
    leftovers: await walk(deps, found, 'leftovers', places, deps.open.leftovers, (job) =>
      sweepLeftover(deps, job, before),
    ),
  };
  await attempt(deps, found, 'slots', async () => {
    found.slots += await sweepSlots({ ...deps, integrations });
  });
  await attempt(deps, found, 'changes', () => sweepChanges(deps));
  await attempt(deps, found, 'gauges', async () =>
    deps.metrics.measured(await measure({ ...deps, relays, integrations }, now)),
  );
  if (isFirstOfHour(now)) await attempt(deps, found, 'retired', () => retire(deps));
  await attempt(deps, found, 'ledger', () => rollUp({ ...deps, relays }));
  await deps.lease.release(next, deps.clock.now().toISOString());
  deps.metrics.publish(found);
  return { status: 'swept', ...found };
}

/** What is not urgent is looked at once an hour. */
const isFirstOfHour = (at: Date): boolean => at.getUTCMinutes() < sweepMinutes;

type List<Row> = (after: string | undefined, limit: number) => Promise<{ rows: Row[]; next: string | undefined }>;

/** Looks at a part of a list; where the next sweep goes on. What fails is counted, and looked at again by the next. */
async function walk<Row>(
  deps: SweepDeps,
  found: Swept,
  list: SweptList,
  places: SweepPlaces,
  read: List<Row>,
  look: (row: Row) => Promise<SweptKind | undefined>,
): Promise<string | undefined> {
  let next = places[list];
  await attempt(deps, found, list, async () => {
    const part = await read(places[list], LOOKED_AT);
    next = part.next;
    await forEachConcurrently(part.rows, AT_ONCE, (row) =>
      attempt(deps, found, list, async () => {
        const kind = await look(row);
        if (kind) found[kind]++;
      }),
    );
  });
  return next;
}

async function attempt({ log }: SweepDeps, found: Swept, list: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    found.failed++;
    log.warn('Not swept', { list, error: errorNameOf(error) });
  }
}

const later = (at: Date, seconds: number): string => new Date(at.getTime() + seconds * 1_000).toISOString();
