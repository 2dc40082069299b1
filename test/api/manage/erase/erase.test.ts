import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAlertStore } from '../../../../functions/adapters/dynamodb/alert-store.ts';
import { createErasedRows } from '../../../../functions/adapters/dynamodb/erased-rows.ts';
import { createRetiredRows } from '../../../../functions/adapters/dynamodb/retired-rows.ts';
import type { Table } from '../../../../functions/adapters/dynamodb/table.ts';
import { connectErasedResults } from '../../../../functions/adapters/erased-results.ts';
import { eraseAlert } from '../../../../functions/api/manage/erase/erase.ts';
import type { Collected } from '../../../../functions/contract/execution.ts';
import type { ReasonCode } from '../../../../functions/contract/reason-codes.ts';
import type { Alert } from '../../../../functions/domain/alert/alert.ts';
import { decisionStores } from '../../../../functions/wiring/decision-stores.ts';
import { startAws } from '../../../infra/local/aws/fixture.ts';
import { sampleAlert } from '../../../support/fakes/alert-samples.ts';
import { sampleCollected, sampleExecution, sampleJob } from '../../../support/fakes/samples.ts';
import { startTable } from '../../../support/table.ts';

/** Stands in everything that somebody else than we and the configuration has said. */
const canary = 'ada@example.com';
const at = '2027-03-01T12:00:00.000Z';
const now = new Date('2027-03-01T18:00:00.000Z');

describe('an alert that is erased', () => {
  let table: Table;
  let client: S3Client;
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'relay-'));
    const [started, aws] = await Promise.all([startTable(), startAws({ directory })]);
    table = started.table;
    aws.buckets.ensure('results');
    client = new S3Client(aws.sdk);
    stops.push(started.stop, aws.close, () => rm(directory, { recursive: true }));
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  const deps = () => ({
    ...decisionStores(table),
    relays: { get: async () => undefined },
    erasedRows: createErasedRows(table),
    erasedResults: connectErasedResults('results', client),
    clock: { now: () => now },
  });
  const erase = (id: string) => eraseAlert(deps(), id);
  const rows = async () => (await table.client.send(new ScanCommand({ TableName: table.name }))).Items ?? [];
  const objects = async () =>
    (await client.send(new ListObjectsV2Command({ Bucket: 'results' }))).Contents?.map(({ Key }) => Key);

  async function alertOf(id: string, changes: Partial<Alert> = {}): Promise<Alert> {
    const alert = { ...sampleAlert(), id, fingerprint: `v1:generic:${canary} ${id}`, routedAt: at, ...changes };
    await createAlertStore(table).create(alert);
    return alert;
  }
  const over = { resolvedAt: at };
  const decide = (alertId: string, reason: ReasonCode, more: object = {}) =>
    deps().decisions.record(
      {
        ...{ alertId, relayId: 'rly_1', ruleId: `rul_${reason}`, reason, sentence: `Of ${canary}.` },
        ...{ lastAt: at, lastDeliveryId: 'dlv_1', ...more },
      },
      'firing',
    );
  async function jobOf(
    id: string,
    alertId: string,
    { ends = true, endedAt = at, recorded = true, storm = false } = {},
  ) {
    const { alert, why, ...input } = sampleExecution();
    const collected: Collected = sampleCollected({
      cause: canary,
      checks: [{ name: 'unit', verdict: 'failed', exitCode: 1, seconds: 1, output: canary }],
      agentVerdict: { verdict: 'fixed', sentence: canary, confidence: 1 },
    });
    const { jobs } = deps();
    await jobs.createOrGet(
      sampleJob({
        ...{ id, alertId, prompt: canary },
        input: {
          ...input,
          alert: { ...alert, title: canary, source: canary, fingerprint: canary },
          why: { ...why, sentence: canary },
          ...(storm && { storm: { id: 'stm_1', alerts: 2 } }),
        },
        kept: { round: 0, checksId: 'chk', at, keptFor: canary, collected, checks: collected.checks ?? [] },
        followUp: { round: 1, messageId: 'msg', partId: 'prt', callsBefore: 1, prompt: canary },
      }),
    );
    await jobs.recordProgress(id, { attempt: 1, activity: `retrying: ${canary}`, at });
    await client.send(new PutObjectCommand({ Bucket: 'results', Key: `${id}/answer.md`, Body: canary }));
    await client.send(new PutObjectCommand({ Bucket: 'results', Key: `${id}/manifest.json`, Body: canary }));
    if (!ends) return;
    await jobs.finish(id, collected, endedAt);
    if (recorded) await jobs.markAudited(id, at);
  }

  test('has its texts nowhere any more, and all that counts it stays', async () => {
    const texts = { title: canary, message: canary, source: canary, service: canary, environment: canary };
    const content = { externalId: canary, links: { a: canary }, labels: { a: canary }, metadata: { alertId: canary } };
    const alert = await alertOf('alr_1', { ...over, ...texts, ...content, format: 'opsgenie' });
    await decide('alr_1', 'started', { jobId: 'job_1' });
    await decide('alr_1', 'storm_held', { stormId: 'stm_1' });
    await decide('alr_1', 'same_title_running', { jobId: 'job_other' });
    const rootCause = { alertId: 'alr_1', by: 'agent', sentence: canary } as const;
    const storm = { id: 'stm_1', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix', firstAlertId: 'alr_2' };
    const ended = { phase: 'dispatched', createdAt: at, endedAt: at, jobId: 'job_storm', rootCause } as const;
    await deps().storms.createOrGet({ ...storm, ...ended });
    await jobOf('job_1', 'alr_1');
    await jobOf('job_storm', 'alr_2', { storm: true });
    const before = await deps().decisions.listByAlert('alr_1');
    expect(JSON.stringify(await rows()).split(canary).length).toBeGreaterThan(40);

    const erasure = { alertId: 'alr_1', erasedAt: now.toISOString(), jobIds: ['job_1', 'job_storm'] };
    expect(await erase('alr_1')).toEqual({ ...erasure, jobIds: expect.toSatisfy((ids) => ids.length === 2) });
    expect(JSON.stringify(await rows())).not.toContain(canary);
    expect(await objects()).toBeUndefined();
    const after = await deps().decisions.listByAlert('alr_1');
    expect(after).toEqual(before.map((decision) => ({ ...decision, sentence: 'erased' })));
    expect(await deps().jobs.get('job_1')).toMatchObject({
      collected: { outcome: sampleCollected().outcome, result: null },
    });
    expect(await deps().alerts.latestOf('rly_1', alert.fingerprint)).toMatchObject({
      id: 'alr_1',
      severity: 'critical',
    });

    // Once more: the same. What a late entry says is not written either.
    const erased = await rows();
    expect(await erase('alr_1')).toMatchObject({ erasedAt: now.toISOString() });
    const { links, labels, metadata, severity, updatedAt } = alert;
    await createAlertStore(table).updateContent('alr_1', { ...texts, links, labels, metadata, severity, updatedAt });
    expect(await rows()).toEqual(erased);

    // When its time is over, so is that of what leads to it.
    await createRetiredRows(table).expireAlert((await deps().alerts.get('alr_1')) ?? expect.fail(), now);
    const pointers = (await rows()).filter(({ sk, alertId }) => sk === 'INCIDENT' && alertId === 'alr_1');
    expect(pointers.map(({ expiresAt }) => expiresAt)).toEqual([now.getTime() / 1_000]);
  });

  test('keeps the session of another alert that it was left to', async () => {
    await alertOf('alr_3', over);
    await decide('alr_3', 'same_title_running', { jobId: 'job_other' });
    await jobOf('job_other', 'alr_4', { ends: false });
    expect(await erase('alr_3')).toMatchObject({ jobIds: [] });
    expect(await objects()).toEqual(['job_other/answer.md', 'job_other/manifest.json']);
  });

  test.each<[code: string, make: (id: string) => Promise<unknown>]>([
    ['not_resolved', (id) => alertOf(id)],
    ['not_routed', (id) => alertOf(id, { ...over, routedAt: undefined })],
    [
      'waiting',
      async (id) => {
        await alertOf(id, over);
        await decide(id, 'scheduled');
      },
    ],
    [
      'session_at_work',
      async (id) => {
        await alertOf(id, over);
        await jobOf(`job_of_${id}`, id, { ends: false });
        await decide(id, 'started', { jobId: `job_of_${id}` });
      },
    ],
    [
      'not_recorded',
      async (id) => {
        await alertOf(id, over);
        await jobOf(`job_of_${id}`, id, { recorded: false });
        await decide(id, 'started', { jobId: `job_of_${id}` });
      },
    ],
  ])('is refused while it is %s, and nothing changed', async (code, make) => {
    await make(`alr_${code}`);
    const before = await rows();
    expect(await erase(`alr_${code}`)).toMatchObject({ status: 409, code: 'conflict', issues: [{ code }] });
    expect(await rows()).toEqual(before);
  });

  test('is erased where its session ended before there were audit records', async () => {
    await alertOf('alr_5', over);
    await jobOf('job_5', 'alr_5', { endedAt: '2027-02-28T12:00:00.000Z', recorded: false });
    await decide('alr_5', 'started', { jobId: 'job_5' });
    expect(await erase('alr_5')).toMatchObject({ jobIds: ['job_5'] });
  });

  test('is not found where there is none', async () => {
    expect(await erase('alr_none')).toMatchObject({ status: 404 });
  });
});
