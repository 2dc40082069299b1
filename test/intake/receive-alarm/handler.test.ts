import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { environment } from '../../../functions/contract/environment.ts';
import { lambdaContext } from '../../support/fakes/lambda-context.ts';
import { fakeSqs } from '../../support/fakes/sqs.ts';
import { loadAnew } from '../../support/load-anew.ts';
import { notification } from './events.ts';

const folder = mkdtempSync(join(tmpdir(), 'opencode-relay-doors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  writeFileSync(join(folder, 'doors.json'), '{"eventbridge":"rly_1"}');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  for (const name of Object.values(environment)) vi.stubEnv(name, name === environment.stackBudget ? '{}' : 'set');
  vi.stubEnv(environment.alarmDoorsFile, join(folder, 'doors.json'));
});

test('the handler fails by a stable name, so that Lambda tries again, and logs nothing of the message', async () => {
  const queue = fakeSqs();
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  }
  loadAnew();
  const { handler } = await import('../../../functions/intake/receive-alarm/handler.ts');
  const call = handler(notification('{"title":"s3cret"}'), lambdaContext('receive-alarm'));
  await expect(call).rejects.toMatchObject({ name: 'RelayFailed' });
  expect(queue.calls()).toEqual([]);
  expect(written.join('')).toContain('leads to no relay');
  expect(written.join('')).not.toContain('s3cret');
});
