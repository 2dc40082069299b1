import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject } from 'vitest';
import { z } from 'zod';
import { type LocalRelay, startRelay } from '../../infra/local/relay.ts';
import { fireSample, prepareSample } from '../../infra/local/sample.ts';
import { nasty } from '../support/mutation.ts';
import { browserTest, looks, useBrowser } from './support/browser.ts';
import { hookOfAnotherRelay, STRANGERS } from './support/hostile.ts';
import { barriers, overflow } from './support/inspect.ts';

const desktop = { width: 'desktop', scheme: 'light' } as const;

describe('the console page', () => {
  const { open } = useBrowser();
  let folder = '';
  let relay: LocalRelay;
  let hookUrl = '';
  let alertId = '';
  const address = (hash: string) => `${relay.outputs.ConsoleUrl}${hash}`;

  beforeAll(async () => {
    if (inject('chromium') === null) return;
    folder = await mkdtemp(join(tmpdir(), 'opencode-relay-console-'));
    const options = { dataDirectory: folder, port: 0, server: undefined, openCode: '2' as const, overrides: {} };
    relay = await startRelay(options, {}, { phase: () => ({ done: () => undefined }) });
  });
  afterAll(async () => {
    await relay?.stop();
    if (folder !== '') await rm(folder, { recursive: true, force: true });
  });

  /** The same eyes for each page: nothing stands out of it, nobody is kept out, nothing is complained of. */
  async function look(name: string, hash: string, isThere: (page: Page) => Promise<unknown>, of = looks) {
    for (const each of of) {
      const { page, troubles, requests, screenshot } = await open(address(hash), each);
      await isThere(page);
      await screenshot(`console-${name}`);
      expect({ overflow: await overflow(page), barriers: await barriers(page), troubles }).toEqual({
        ...{ overflow: [], barriers: [], troubles: [] },
      });
      expect(requests.filter((request) => !request.startsWith(`${relay.outputs.ConsoleUrl}`))).toEqual([]);
      await page.context().close();
    }
  }
  const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).first().waitFor();

  browserTest.each([
    ['alerts', 'No alert yet'],
    ['executions', 'No execution yet'],
    ['storms', 'No storm yet'],
    ['ledger', 'No relay yet'],
  ])('says what to do next where there are no %s', (view, title) =>
    // A phone in the light, a desk in the dark.
    look(
      `no-${view}`,
      `#/${view}`,
      heading(title),
      [looks[0], looks[3]].filter((each) => each !== undefined),
    ),
  );

  browserTest('shows an alert with its decision as it comes, and its session as it runs', async () => {
    ({ hookUrl } = await prepareSample(relay.outputs, { model: undefined, directory: undefined }));
    const { page, troubles } = await open(address('#/alerts'), desktop);
    await page.getByText('live', { exact: true }).waitFor();
    alertId = await fireSample(hookUrl, new Date());
    await page.getByText('session: started').waitFor();
    await page.getByText('is switched on and had not run for it.').waitFor();
    await page.getByRole('link', { name: 'Execution of rule Investigate with OpenCode' }).click();
    await page.getByRole('link', { name: 'Begin, Pass, succeeded' }).waitFor();
    await page.getByRole('link', { name: 'Diff ready, Succeed, succeeded' }).waitFor();
    await page.getByText('✓ diff_ready').waitFor();
    await page.getByText('ExecutionSucceeded').waitFor();
    expect(await page.locator('.node.in_progress, .node.failed').count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  const jobOf = async (id = alertId) => {
    const response = await fetch(`${relay.outputs.ConsoleUrl}/api/alerts/${id}`);
    const { jobs } = Object(await response.json());
    return String(jobs[0].id);
  };

  browserTest('says news, and has the colour of a session that runs, and then of one that was stopped', async () => {
    const { page } = await open(address('#/alerts'), desktop);
    await page.getByText('session: started').waitFor();
    const posted = await post({ title: 'Search is slow', message: '[[hang {}]]', severity: 'high' });
    const [id = ''] = z.object({ alertIds: z.array(z.string()) }).parse(await posted.json()).alertIds;
    await page
      .locator('#news', { hasText: 'New alert: Search is slow. session: started' })
      .waitFor({ state: 'attached' });
    await page.getByRole('link', { name: 'Execution of rule Investigate with OpenCode' }).first().click();
    await page.locator('a.node.in_progress').waitFor();
    await page.getByRole('link', { name: /^Poll session, Task, succeeded, \d+ visits$/ }).waitFor();
    const { ApiUrl, ApiToken } = relay.outputs;
    const headers = { authorization: `Bearer ${ApiToken}` };
    await fetch(`${ApiUrl}/agents/jobs/${await jobOf(id)}/cancel`, { method: 'POST', headers });
    await page.getByText('■ cancelled').waitFor();
    await page.locator('a.node.cancelled').waitFor();
  });

  browserTest.each<[string, () => Promise<string>, (page: Page) => Promise<unknown>]>([
    ['alerts', async () => '#/alerts', (page) => page.getByText('session: started').first().waitFor()],
    ['alert', async () => `#/alerts/${alertId}`, heading('Story')],
    ['executions', async () => '#/executions', (page) => page.getByText('diff_ready').first().waitFor()],
    [
      'execution',
      async () => `#/executions/${await jobOf()}`,
      (page) => page.getByText('ExecutionSucceeded').waitFor(),
    ],
    ['state', async () => `#/executions/${await jobOf()}/Poll%20session`, heading('Poll session')],
    ['ledger', async () => '#/ledger', heading('Sample checkout service')],
  ])('can be read by all, light and dark, on a phone and a desk: %s', async (name, hash, isThere) => {
    await look(name, await hash(), isThere);
  });

  browserTest('shows of a state what went in and out, and of an event its details, by the keyboard alone', async () => {
    const { page } = await open(address(`#/executions/${await jobOf()}`), desktop);
    await page.getByText('ExecutionSucceeded').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.locator('a.node').first().focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    const pane = page.getByRole('region', { name: 'State Send prompt' });
    await pane.getByText('"messageId"').last().waitFor();
    await page.getByRole('button', { name: 'ExecutionStarted' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'details of event 1' }).getByText('"startedBy"').waitFor();
    expect(page.url()).toContain('/Send%20prompt');
  });

  browserTest('opens what a session left in a page of its own', async () => {
    const { page } = await open(address(`#/executions/${await jobOf()}`), desktop);
    for (const [link, text] of [
      ['Manifest', 'baseCommit'],
      ['Report', 'diff_ready'],
    ] as const) {
      const opened = page.waitForEvent('popup');
      await page.getByRole('link', { name: link, exact: true }).click();
      await (await opened).getByText(text).first().waitFor();
    }
  });

  browserTest('has a storm from the first held alert on', async () => {
    const { page } = await open(address('#/storms'), desktop);
    await Promise.all(
      Array.from({ length: 8 }, () => post({ title: `Disk full on ${randomUUID()}`, severity: 'high' })),
    );
    await page.getByText(/holding|collecting/).waitFor();
    await page.getByRole('link', { name: 'alert →' }).click();
    await page.getByText('held: storm_held').waitFor();
  });

  const post = (alert: Record<string, unknown>, hook = hookUrl) =>
    fetch(hook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ dedup_key: randomUUID(), ...alert }),
    });

  browserTest('takes texts of others for texts, whatever they hold', async () => {
    const hostile = [
      '<img src=x onerror="document.title=1">',
      '<script>document.title=1</script>',
      '"><svg onload=alert(1)>',
      '</pre><iframe src="http://monitoring.invalid/">',
      '<style>@import "http://monitoring.invalid/x.css"</style>',
      "javascript:alert('1')",
      '&lt;b&gt;{{constructor}}',
      '\u202e\u0000\ud800 right to left',
    ];
    const drawn = fc
      .sample(nasty, { numRuns: 30, seed: 1 })
      .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
    const hook = await hookOfAnotherRelay(relay.outputs);
    for (const text of [...drawn, ...hostile]) {
      const labels = { [text]: text, team: text };
      const about = { message: text, severity: 'low', source: text, service: text, metadata: { note: text } };
      await post({ title: `Told: ${text}`, ...about, labels, links: { [text]: text, runbook: text } }, hook);
    }
    const { page, troubles, requests } = await open(address('#/alerts'), desktop);
    await page.getByText('Told: <img src=x onerror="document.title=1">').first().waitFor();
    const linksOn = async () => {
      const links = '[...document.querySelectorAll("a.title")].slice(0, 10).map((link) => link.getAttribute("href"))';
      return z.array(z.string()).parse(await page.evaluate(links));
    };
    const alerts = await linksOn();
    await page.goto(address('#/executions'));
    await page
      .getByRole('link', { name: /^Told: / })
      .first()
      .waitFor();
    const strange = new Set<string>();
    for (const hash of ['#/alerts', ...alerts, '#/executions', ...(await linksOn()), '#/storms', '#/ledger']) {
      await page.goto(address(hash));
      const [, view = '', id] = hash.split('/');
      if (id === undefined) await page.locator(`#${view}-title`).waitFor();
      else await page.locator('.crumbs code', { hasText: id }).waitFor();
      for (const each of z.array(z.string()).parse(await page.evaluate(STRANGERS))) strange.add(`${each} in ${hash}`);
    }
    expect([...strange]).toEqual([]);
    expect(troubles).toEqual([]);
    expect(requests.filter((request) => !request.startsWith(relay.outputs.ConsoleUrl ?? '-'))).toEqual([]);
    expect(await page.title()).toContain('opencode-relay');
  });

  browserTest('says so when the stack is gone', async () => {
    const { page } = await open(address('#/alerts'), desktop);
    await page.getByText('live', { exact: true }).waitFor();
    const older = page.getByRole('button', { name: 'Show older alerts' });
    const rows = page.locator('li.alert');
    await older.waitFor();
    const shown = await rows.count();
    await older.click();
    await expect.poll(() => rows.count()).toBeGreaterThan(shown);
    // What newer ones have moved off the newest page stays.
    const read = await rows.count();
    await Promise.all([1, 2, 3].map((at) => post({ title: `Come later ${at}`, severity: 'low' })));
    await expect.poll(() => rows.count()).toBe(read + 3);
    await relay.stop();
    await page.getByText('no connection: is npm start still running?').waitFor();
    await older.click();
    await page.getByText('The local stack does not answer.').waitFor();
  });
});
