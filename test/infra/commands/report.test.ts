import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run, runOn } from './run-command.ts';

const link = {
  report: { url: 'https://bucket.example.com/job_1/report.html?signed', expiresAt: '2027-03-01T12:05:00Z' },
};
const route = 'GET /agents/jobs/job_1/report';
const page = 'GET /job_1/report.html?signed';

test('prints a link to the page', async () => {
  const { stdout, code } = await runOn({ [route]: [link] }, ['report', 'job_1']);
  expect([code, stdout]).toEqual([0, `${link.report.url}\n`]);
});

test('keeps the page as a file that only the user reads', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'report.html');
  const answers = { [route]: [link], [page]: [new Response('<!doctype html>')] };
  const { stdout, code } = await runOn(answers, ['report', 'job_1', '--out', file]);
  expect([code, stdout, readFileSync(file, 'utf8')]).toEqual([0, `${file}\n`, '<!doctype html>']);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('says why there is no page', async () => {
  expect((await run(['report'])).stderr).toContain('report needs the id of the job');
  const refused = { [route]: [link], [page]: [new Response('', { status: 403 })] };
  const { stderr, code } = await runOn(refused, ['report', 'job_1', '--out', '/nowhere/report.html']);
  expect(code).not.toBe(0);
  expect(stderr).toContain('The bucket does not give the page (403)');
});
