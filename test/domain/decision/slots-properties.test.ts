import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noSlots, requestSlot, type Slots, without } from '../../../functions/domain/decision/slots.ts';
import { runs } from '../../support/property-runs.ts';

const START = Date.parse('2027-03-01T12:00:00.000Z');

interface Life {
  /** Seconds. */
  comes: number;
  works: number;
  /** Its execution is stopped while it waits. */
  isStopped: boolean;
}

interface Job extends Life {
  id: string;
  beganAt?: number;
}

/** Jobs come, ask every 20 s, work for a while and end; some are stopped while they wait. Ends when all are over. */
function live(max: number, lives: Life[]) {
  const jobs: Job[] = lives.map((life, index) => ({ ...life, id: `job_${index}` }));
  let slots: Slots = noSlots;
  const began: string[] = [];
  let most = 0;
  const isOver = (id: string, second: number) => {
    const job = jobs.find((each) => each.id === id);
    return job?.beganAt !== undefined && second >= job.beganAt + job.works;
  };
  const asks = (job: Job, second: number) =>
    second >= job.comes &&
    job.beganAt === undefined &&
    !(job.isStopped && second > job.comes) &&
    (second - job.comes) % 20 === 0;
  for (let second = 0; second < 6_000; second++) {
    for (const job of jobs.filter((each) => asks(each, second))) {
      const at = new Date(START + second * 1_000).toISOString();
      const asking = { jobId: job.id, max, at, until: new Date(START + 86_400_000).toISOString() };
      let asked = requestSlot(slots, asking);
      if (asked.answer.kind === 'wait' && asked.answer.ahead === 0) {
        const over = asked.slots.holders.map(({ jobId }) => jobId).filter((id) => isOver(id, second));
        asked = requestSlot(without(asked.slots, new Set(over)), asking);
      }
      slots = asked.slots;
      if (asked.answer.kind === 'wait') continue;
      job.beganAt = second;
      began.push(job.id);
      most = Math.max(most, jobs.filter(({ id, beganAt }) => beganAt !== undefined && !isOver(id, second)).length);
    }
  }
  return { jobs, began, most, slots };
}

const life: fc.Arbitrary<Life> = fc.record({
  comes: fc.nat({ max: 300 }),
  works: fc.integer({ min: 20, max: 200 }),
  isStopped: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
});

test('never more at work than may be, nobody is forgotten, and nobody is overtaken by as many as there are slots', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(life, { minLength: 1, maxLength: 20 }), (max, lives) => {
      const { jobs, began, most, slots } = live(max, lives);
      expect(most).toBeLessThanOrEqual(max);
      expect(most).toBeGreaterThan(0);
      const survivors = jobs.filter(({ isStopped }) => !isStopped).map(({ id }) => id);
      expect(began).toEqual(expect.arrayContaining(survivors));
      expect(slots.waiting.filter(({ jobId }) => survivors.includes(jobId))).toEqual([]);
      const order = jobs.toSorted((a, b) => a.comes - b.comes).map(({ id }) => id);
      const overtakersOf = (id: string) =>
        began.slice(0, began.indexOf(id)).filter((other) => order.indexOf(other) > order.indexOf(id));
      for (const id of survivors) expect(overtakersOf(id).length, id).toBeLessThan(max);
    }),
    { numRuns: runs(0.6) },
  );
});
