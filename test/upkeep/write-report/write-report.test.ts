import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import { erasedJob } from '../../../functions/domain/job/erased.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { writeReport } from '../../../functions/upkeep/write-report/write-report.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { sampleReport } from '../../support/fakes/report-samples.ts';
import { jobId, sampleCollected, sampleExecution, sampleJob } from '../../support/fakes/samples.ts';
import { readPage } from '../../support/page.ts';

const { job: begun, ...sampled } = sampleReport();
const sample = { ...sampled, job: { ...begun, finishedAt: '2027-03-01T12:09:00.000Z' } };
const objects = {
  [`${jobId}/manifest.json`]: JSON.stringify(sample.manifest),
  [`${jobId}/patch.diff`]: sample.patch ?? '',
  [`${jobId}/answer.md`]: sample.answer ?? '',
};
const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;

/** A world with one job, of which `rows` are the states that are read one after the other. */
function prepare(rows: (Job | undefined)[], { alert, stored = objects }: { alert?: Alert; stored?: object } = {}) {
  const pages = new Map<string, string>();
  const erased: string[] = [];
  const read: string[] = [];
  const left = [...rows];
  const found = new Map(Object.entries(stored));
  const deps = {
    jobs: { get: async () => (left.length > 1 ? left.shift() : left[0]) },
    alerts: { get: async () => alert },
    decisions: {
      listByAlert: async (alertId: string) =>
        ['rul_1', 'rul_2'].map((ruleId) => ({
          ...{
            alertId,
            relayId: 'rly_1',
            ruleId,
            reason: 'started' as const,
            sentence: `Decided by ${ruleId}.`,
            count: 1,
          },
          ...{ firstAt: '2027-03-01T12:00:01.000Z', lastAt: '2027-03-01T12:00:01.000Z', lastDeliveryId: 'dlv_1' },
        })),
    },
    storms: { list: async () => [] },
    results: {
      async read(key: string, characters: number) {
        read.push(key);
        return found.get(key)?.slice(0, characters) ?? null;
      },
    },
    reports: {
      isThere: async (id: string) => pages.has(id),
      write: async (id: string, page: string) => void pages.set(id, page),
    },
    erasedResults: { erase: async (id: string) => void erased.push(id) },
    scanner: {
      kindsIn: () => [],
      masked: (text: string) => ({ text: text.replaceAll(token, '[github-pat]'), kinds: [] }),
    },
    clock: fakeClock(),
  };
  return { deps, pages, erased, read, text: () => readPage(pages.get(jobId) ?? '').text };
}

describe('the page of a session', () => {
  test('is written of what is stored, once', async () => {
    const { deps, text, read } = prepare([sample.job], { alert: sampleAlert({ message: 'Totals are too low.' }) });
    expect(await writeReport(deps, jobId)).toEqual({ status: 'written' });
    for (const part of [
      ...['Totals are too low.', 'Checkout totals', 'src/checkout/totals.ts', 'To look at first'],
      ...['Decided by rul_1.', 'ended with verification_failed'],
    ])
      expect(text()).toContain(part);
    expect(text()).not.toContain('Decided by rul_2.');
    const before = read.length;
    expect(await writeReport(deps, jobId)).toEqual({ status: 'already_there' });
    expect(read).toHaveLength(before);
  });

  test('is written where there is no result, alert or object any more', async () => {
    const failed = sampleJob({
      collected: sampleCollected({ outcome: 'server_unreachable', cause: 'Nobody answers.' }),
    });
    const without = prepare([failed]);
    expect(await writeReport(without.deps, jobId)).toEqual({ status: 'written' });
    expect(without.text()).toContain('Nobody answers.');
    const gone = prepare([sample.job], { stored: {} });
    expect(await writeReport(gone.deps, jobId)).toEqual({ status: 'written' });
    expect(gone.text()).toContain('2 files, +3 −2 lines.');
    for (const manifest of ['{"files":1}', '{"cut']) {
      const strange = prepare([sample.job], { stored: { ...objects, [`${jobId}/manifest.json`]: manifest } });
      expect(await writeReport(strange.deps, jobId)).toEqual({ status: 'written' });
      expect(strange.text()).toContain('The lines are in patch.diff');
    }
  });

  test.each([
    ['unknown_job', undefined],
    ['not_ended', sampleJob()],
    ['erased', { ...sample.job, ...erasedJob(sample.job) }],
  ])('is not written: %s', async (status, job) => {
    const { deps, pages } = prepare([job]);
    expect(await writeReport(deps, jobId)).toEqual({ status });
    expect(pages.size).toBe(0);
  });

  test('is taken away again where its session was erased meanwhile', async () => {
    const { deps, erased } = prepare([sample.job, { ...sample.job, ...erasedJob(sample.job) }]);
    expect(await writeReport(deps, jobId)).toEqual({ status: 'erased' });
    expect(erased).toEqual([jobId]);
  });
});

describe('a page does not show', () => {
  const secret = 'card 4111-1111';
  const alert = sampleAlert({
    title: `Payment of ${secret}`,
    message: `${secret}, ${token}`,
    ...{ service: token, environment: `env ${token}`, source: token },
    labels: { note: token, [secret]: 'x' },
    links: { run: `https://ci.invalid/?t=${token}` },
    metadata: { raw: 'metadata of the sender' },
  });
  const jobWith = (resultScan: 'withhold' | 'off') =>
    sampleJob({
      ...{ collected: sample.collected, redact: ['card \\d+-\\d+'] },
      input: {
        ...sampleExecution({ resultScan }),
        alert: { ...sampleExecution().alert, title: 'Payment of [redacted]' },
      },
    });

  test('what the rule takes out of its alerts, credentials, and what nobody looks for on it', async () => {
    const { deps, pages } = prepare([jobWith('withhold')], { alert });
    await writeReport(deps, jobId);
    const page = pages.get(jobId) ?? '';
    for (const hidden of [secret, token, 'metadata of the sender']) expect(page).not.toContain(hidden);
    expect(page).toContain('Payment of [redacted]');
    expect(page).toContain('[github-pat]');
  });

  test('credentials, unless the rule has nothing scanned', async () => {
    const { deps, pages } = prepare([jobWith('off')], { alert });
    await writeReport(deps, jobId);
    expect(pages.get(jobId)).toContain(token);
  });
});
