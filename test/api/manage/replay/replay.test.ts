import { describe, expect, test } from 'vitest';
import { manage } from '../../../../functions/api/manage/manage.ts';
import { replayRule } from '../../../../functions/api/manage/replay/replay.ts';
import { replayInput } from '../../../../functions/api/manage/replay/replay-input.ts';
import type { Alert } from '../../../../functions/domain/alert/alert.ts';
import type { Job } from '../../../../functions/domain/job/job.ts';
import { sampleAlert } from '../../../support/fakes/alert-samples.ts';
import { fakeClock } from '../../../support/fakes/clock.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';
import { sampleCollected, sampleJob } from '../../../support/fakes/samples.ts';

/** The API's clock stands at 2027-03-01T12:00:00Z. */
const alertAt = (createdAt: string, name: string, changes: Partial<Alert> = {}): Alert =>
  sampleAlert({
    ...{ id: `alr_${name}`, title: `Disk ${name}`, fingerprint: `v1:${name}` },
    ...{ createdAt, routedAt: createdAt, ...changes },
  });
const today = (minute: number, name: string, changes: Partial<Alert> = {}) =>
  alertAt(`2027-03-01T09:${String(minute).padStart(2, '0')}:00.000Z`, name, changes);

const config = { agentType: 'opencode', integrationId: 'int_1', endpoint: 'https://opencode.internal.corp:4096' };
const draft = (changes: object = {}, options: object = {}) => ({
  ...{ name: 'Draft', ruleType: 'agent', config: { ...config, config: options } },
  ...changes,
});

async function ask(given: { alerts?: Alert[]; jobs?: Job[] }, body: object, relayId = 'rly_1') {
  const path = `/v0/relay/${relayId}/replay`;
  const request = { method: 'POST', path, query: '', body: JSON.stringify(body), caller: 'ci', access: fullAccess };
  const { status, body: text } = await manage(fakeManagement(given).routes)(request);
  return { status, ...JSON.parse(text) };
}

describe('POST /relay/{relayId}/replay', () => {
  test('tells what the draft would have done with the alerts of the relay', async () => {
    const alerts = [
      today(0, 'a', { severity: 'low' }),
      today(10, 'b'),
      today(20, 'c'),
      today(30, 'd', { relayId: 'rly_2' }),
      alertAt('2027-02-21T12:00:00.000Z', 'old'),
    ];
    const rule = draft({}, { match: { severity: { atLeast: 'high' } } });
    expect(await ask({ alerts }, { rule, since: '7d' })).toEqual({
      status: 200,
      replay: {
        ...{ relayId: 'rly_1', from: '2027-02-22T12:00:00.000Z', until: '2027-03-01T12:00:00.000Z' },
        ...{ alerts: 3, wouldStart: 2, wouldCall: 0, suppressed: { not_matched: 1 } },
        held: { alerts: 0, released: 0, inStorms: 0, suppressed: 0 },
        storms: { count: 0, sessions: 0, alerts: 0 },
        ...{ estimatedCostUsd: null, pastSessions: 0, leftOut: null, byEntry: {}, catalogueVersion: null },
      },
    });
  });

  test('leaves out what never fired', async () => {
    const { routedAt: _, ...told } = today(0, 'a');
    expect((await ask({ alerts: [told, today(1, 'b')] }, { rule: draft(), since: '7d' })).replay.alerts).toBe(1);
  });

  test('goes back as far as it is asked to', async () => {
    const alerts = [today(0, 'a'), today(30, 'b')];
    const from = async (since: string) => (await ask({ alerts }, { rule: draft(), since })).replay;
    expect(await from('2h')).toMatchObject({ alerts: 0, from: '2027-03-01T10:00:00.000Z' });
    expect(await from('3h')).toMatchObject({ alerts: 2, from: '2027-03-01T09:00:00.000Z' });
    expect(await from('2027-03-01T10:15:00+01:00')).toMatchObject({ alerts: 1, from: '2027-03-01T09:15:00.000Z' });
  });

  test('estimates by the past sessions of the relay', async () => {
    const ended = { startedAt: '2027-02-01T12:00:00.000Z', finishedAt: '2027-02-01T12:05:00.000Z' };
    const job = (id: string, costUsd: number, changes: Partial<Job> = {}) =>
      sampleJob({ id, relayId: 'rly_1', ...ended, collected: sampleCollected({ costUsd }), ...changes });
    const jobs = [job('job_1', 1), job('job_2', 3), job('job_3', 100, { relayId: 'rly_2' })];
    const { replay } = await ask({ alerts: [today(0, 'a'), today(20, 'b')], jobs }, { rule: draft(), since: '7d' });
    expect(replay).toMatchObject({ pastSessions: 2, estimatedCostUsd: { low: 2, median: 2, high: 6 } });
  });

  test('takes a draft that is switched off for what it is to be', async () => {
    const { replay } = await ask({ alerts: [today(0, 'a')] }, { rule: draft({ enabled: false }), since: '7d' });
    expect(replay.wouldStart).toBe(1);
  });

  const issues: [what: string, body: object, issue: object][] = [
    ['no rule', { since: '7d' }, { path: ['rule'], message: expect.any(String) }],
    ['no span', { rule: draft() }, { path: ['since'], message: 'is required.' }],
    [
      'a span of words',
      { rule: draft(), since: 'a week' },
      { path: ['since'], message: expect.stringContaining('"7d"') },
    ],
    ['a span of nothing', { rule: draft(), since: '0d' }, { path: ['since'] }],
    [
      'the future',
      { rule: draft(), since: '2027-03-02T00:00:00Z' },
      { path: ['since'], message: 'must lie in the past.' },
    ],
    ['a year', { rule: draft(), since: '365d' }, { path: ['since'], message: 'must be at most 90 days ago.' }],
    [
      'an integration that is not there',
      { rule: draft({ config: { ...config, integrationId: 'int_9' } }), since: '7d' },
      { path: ['rule', 'config', 'integrationId'], code: 'unknown_integration' },
    ],
    [
      'a misspelt condition',
      { rule: draft({}, { match: { field: 'enviroment', equals: 'prod' } }), since: '7d' },
      { path: ['rule', 'config', 'config', 'match', 'field'], suggestion: 'environment' },
    ],
  ];
  test.each(issues)('refuses %s', async (_, body, issue) => {
    expect(await ask({}, body)).toMatchObject({ status: 400, error: { issues: [issue] } });
  });

  test('knows no relay that is not there', async () => {
    expect(await ask({}, { rule: draft(), since: '7d' }, 'rly_9')).toMatchObject({ status: 404 });
  });
});

describe('what is left out is said', () => {
  const input = replayInput.parse({ rule: draft(), since: '7d' });

  test('beyond 10,000 alerts', async () => {
    const from = Date.parse('2027-03-01T00:00:00.000Z');
    const alerts = Array.from({ length: 10_001 }, (_, index) =>
      alertAt(new Date(from + index * 1_000).toISOString(), String(index)),
    );
    expect(await replayRule(fakeManagement({ alerts }).deps, 'rly_1', input)).toMatchObject({
      alerts: 10_000,
      leftOut: expect.stringMatching(/^Alerts from 2027-03-01T00:00:00.000Z back were left out: .* 10000 alerts/),
    });
  });

  test('and what there was no time for', async () => {
    const { deps } = fakeManagement();
    const clock = fakeClock();
    async function* slowly() {
      for (const minute of [9, 8, 7, 6, 5, 4]) {
        yield today(minute, String(minute));
        await clock.sleep(2_000);
      }
    }
    const slow = { ...deps, clock, alerts: { listNewest: slowly } };
    expect(await replayRule(slow, 'rly_1', input)).toMatchObject({
      ...{ alerts: 3, from: '2027-03-01T09:06:00.000Z', leftOut: expect.stringContaining('no time') },
    });
  });
});
