import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { gitEnvironment } from '../../infra/local/opencode/git-environment.ts';
import { createSampleRepository } from '../../infra/local/opencode/sample-repository.ts';
import { eventually } from '../support/eventually.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { output, type System, sharedSystem } from '../support/system/system.ts';

const answerSchema = z.looseObject({
  catalogue: z.looseObject({ version: z.int(), entries: z.array(z.unknown()) }).optional(),
  alertIds: z.array(z.string()).optional(),
});

/** One rule, two services, two repositories on a real OpenCode server. */
describe('the catalogue of services', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  const ask = async (url: string, method: string, given?: object) => {
    const headers = { authorization: `Bearer ${system.apiToken}`, 'content-type': 'application/json' };
    const response = await fetch(url, { method, headers, ...(given && { body: JSON.stringify(given) }) });
    return { status: response.status, ...answerSchema.parse(await response.json()) };
  };
  const git = (cwd: string, ...words: string[]) =>
    execFileSync('git', words, { cwd, env: { PATH: process.env.PATH, ...gitEnvironment }, encoding: 'utf8' }).trim();
  async function repositoryOf(name: string) {
    const folder = await mkdtemp(join(tmpdir(), `opencode-relay-${name}-`));
    onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    const directory = join(folder, name);
    await createSampleRepository(directory);
    return directory;
  }

  test('sends each alert of one rule to the repository of its service, at the ref that its entry names', async () => {
    const [checkout, search] = await Promise.all(['checkout', 'search'].map(repositoryOf));
    if (checkout === undefined || search === undefined) throw new Error('No repositories');
    git(search, 'tag', 'released');
    const released = git(search, 'rev-parse', 'released');
    git(search, 'commit', '--quiet', '--allow-empty', '--message=later');
    const url = `${output(system.stack, 'ApiUrl')}/catalogue`;
    const { catalogue } = await ask(url, 'GET');
    const version = catalogue?.version ?? 0;
    const entryOf = (name: string, says: object) => ({ name, match: { field: 'service', equals: name }, ...says });
    const verify = [{ name: 'whose', command: 'git describe --tags', minutes: 1 }];
    const entries = [
      entryOf('checkout', { directory: checkout, repository: 'shop/checkout', channel: '#checkout' }),
      entryOf('search', { directory: search, baseRef: 'released', folder: 'src', verify }),
    ];
    expect(await ask(url, 'PUT', { version, entries })).toMatchObject({
      status: 200,
      catalogue: { version: version + 1 },
    });
    expect((await ask(url, 'PUT', { version, entries: entries.slice(1) })).status).toBe(409);

    const hook = await system.hookFor({ server: agent, config: { catalogue: true } });
    const fire = async (service: string) => {
      const message = `[[write ${JSON.stringify({ path: 'note.txt', content: `${service}\n` })}]]`;
      const alert = {
        title: `${service} is wrong`,
        message,
        severity: 'high',
        service,
        dedup_key: `catalogue ${service}`,
      };
      return (await ask(hook, 'POST', alert)).alertIds?.[0] ?? '';
    };
    const ids = await Promise.all(['checkout', 'search', 'cart'].map(fire));
    const [ofCheckout, ofSearch] = await Promise.all(ids.slice(0, 2).map(system.outcomeOf));

    expect(ofCheckout).toMatchObject({
      outcome: 'diff_ready',
      catalogue: { version: version + 1, entry: 'checkout', repository: 'shop/checkout', channel: '#checkout' },
      result: { files: 1, baseCommit: git(checkout, 'rev-parse', 'HEAD') },
      checks: null,
    });
    expect(ofSearch).toMatchObject({
      outcome: 'diff_ready',
      catalogue: { version: version + 1, entry: 'search', folder: 'src', baseRef: 'released' },
      result: { files: 1, baseCommit: released },
      checks: [{ name: 'whose', verdict: 'passed', output: 'released' }],
    });
    const { input } = await system.execution(ofSearch?.executionArn ?? '');
    expect(JSON.parse(input)).toMatchObject({ catalogue: { entry: 'search' }, session: { directory: search } });
    const { bucket = '', manifest = '' } = ofSearch?.result ?? {};
    expect(JSON.parse(await system.object(bucket, manifest))).toMatchObject({ catalogue: { entry: 'search' } });

    const read = async () => {
      const path = `/alerts/${ids[2]}/decisions`;
      const found = z
        .looseObject({ decisions: z.array(z.looseObject({ reason: z.string(), sentence: z.string() })) })
        .parse(
          await (
            await fetch(`${output(system.stack, 'ApiUrl')}${path}`, {
              headers: { authorization: `Bearer ${system.apiToken}` },
            })
          ).json(),
        ).decisions;
      expect(found).toHaveLength(1);
      return found;
    };
    const decisions = await eventually(read, 200);
    expect(decisions).toMatchObject([
      { reason: 'no_service', sentence: expect.stringContaining('the service "cart"') },
    ]);
  });
});
