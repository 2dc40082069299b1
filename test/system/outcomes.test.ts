import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SessionFinished } from '../../functions/contract/events.ts';
import { isLong } from '../support/property-runs.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { startDoubleServer } from '../support/system/double-server.ts';
import { tracesOf, tracesWith } from '../support/system/secret-scan.ts';
import { fire, inPlace, type System, sharedSystem } from '../support/system/system.ts';

const run = promisify(execFile);

/** From alert to outcome on the synthesized stack and a real OpenCode server. */
describe('outcomes', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  const outcome = async (title: string, script: string, options: Partial<Parameters<System['hookFor']>[0]> = {}) => {
    const hook = await system.hookFor({ server: agent, ...options });
    return system.outcomeOf(await fire(hook, title, script));
  };

  /** Applies a patch to a fresh clone of the repository and returns the changed files. */
  async function apply(patch: string): Promise<string[]> {
    const copy = await mkdtemp(join(tmpdir(), 'opencode-relay-apply-'));
    await run('git', ['clone', '--quiet', agent.repository, copy]);
    const file = join(copy, 'relay.patch');
    await writeFile(file, patch);
    await run('git', ['apply', '--index', file], { cwd: copy });
    const { stdout } = await run('git', ['diff', '--cached', '--name-only'], { cwd: copy });
    return stdout.trim().split('\n');
  }

  /** Two sessions of one repository at the same time: one that fixes, one that writes down what it knows. */
  let pair: Promise<[fixed: SessionFinished, leaking: SessionFinished]> | undefined;
  const twoAtOnce = () => {
    const cmd = 'env > leaked-env.txt; env | base64 > leaked.b64; echo noted > noted.txt; env | grep PASSWORD';
    pair ??= Promise.all([
      outcome('totals wrong', '[[write {"path":"fixed.txt","content":"fixed\\n"}]]'),
      outcome('writes down what it knows', `[[bash ${JSON.stringify({ cmd })}]]`),
    ]);
    return pair;
  };
  const patchOf = async ({ result }: SessionFinished) => system.object(result?.bucket ?? '', result?.patch ?? '');
  const manifestOf = async ({ result }: SessionFinished): Promise<unknown> =>
    JSON.parse(await system.object(result?.bucket ?? '', result?.manifest ?? ''));

  test('diff_ready: the patch applies, and the manifest, the execution and the SDK tell the same story', async () => {
    const [finished] = await twoAtOnce();
    expect(finished).toMatchObject({ outcome: 'diff_ready', result: { files: 1, additions: 1, deletions: 0 } });
    expect(finished.costUsd).toBeGreaterThan(0);
    expect(finished.tokens?.output).toBeGreaterThan(0);
    expect(await apply(await patchOf(finished))).toEqual(['fixed.txt']);
    expect(await manifestOf(finished)).toMatchObject({ outcome: 'diff_ready', patchCheck: 'applied' });
    const execution = await system.execution(finished.executionArn);
    expect(execution.status).toBe('SUCCEEDED');
    expect(JSON.parse(execution.output ?? '')).toMatchObject({ outcome: 'diff_ready' });
    const [job] = await system.client.alert.listAgents(finished.alert.id);
    expect(job).toMatchObject({ id: finished.jobId, status: 'completed', alertId: finished.alert.id });
  });

  test('an agent that writes its environment down: the password of its server leaves by no way', async () => {
    const [, finished] = await twoAtOnce();
    expect(finished).toMatchObject({ outcome: 'diff_ready', result: { files: 1 } });
    expect(finished.cause).toMatch(/password of the server was found in what the agent changed .* change it/);
    expect(await manifestOf(finished)).toMatchObject({
      withheld: ['leaked-env.txt', 'leaked.b64'],
      secrets: ['leaked-env.txt', 'leaked.b64'].map((path) => ({ path, kinds: ['server-password'] })),
      workspace: { kept: true },
    });
  });

  test('two alerts at once in one repository: the diffs do not mix', async () => {
    const changed = await Promise.all((await twoAtOnce()).map(async (finished) => apply(await patchOf(finished))));
    expect(changed).toEqual([['fixed.txt'], ['noted.txt']]);
  });

  test.concurrent('diff_ready on a double of OpenCode 2.x: the dialect goes with the session, and its worktree is removed', async ({
    onTestFinished,
  }) => {
    const { host, stop } = await startDoubleServer();
    onTestFinished(stop);
    const script = '[[write {"path":"fixed.txt","content":"fixed\\n"}]]';
    const finished = await outcome('on 2.x', script, { server: host });
    expect(finished).toMatchObject({ outcome: 'diff_ready', session: { serverVersion: '2.0.26' } });
    expect(await apply(await patchOf(finished))).toEqual(['fixed.txt']);
    expect(await manifestOf(finished)).toMatchObject({ patchCheck: 'applied' });
    expect(await host.server.listWorktrees(host.directory)).toEqual([]);
  });

  test.concurrent('no_changes: an answer alone', async () => {
    const finished = await outcome('just asking', '[[text]]', { config: inPlace });
    expect(finished).toMatchObject({ outcome: 'no_changes', result: { files: 0, patch: null } });
  });

  test.runIf(isLong)('provider 503, then fine: the run goes on', async () => {
    const finished = await outcome('flaky provider', '[[http {"status":503,"times":1,"message":"overloaded"}]]', {
      config: inPlace,
    });
    expect(finished.outcome).toBe('no_changes');
  });

  interface Failing {
    title: string;
    script: string;
    options: Partial<Parameters<System['hookFor']>[0]>;
    outcome: string;
    cause: RegExp;
  }
  const failing: Failing[] = [
    {
      title: 'unknown model',
      script: '[[text]]',
      options: { openCodeModel: { providerID: 'stub', modelID: 'nope' }, config: inPlace },
      outcome: 'session_failed',
      cause: /"nope" of provider "stub"/,
    },
    {
      title: 'unknown agent',
      script: '[[text]]',
      options: { config: { ...inPlace, agent: 'nope' } },
      outcome: 'session_failed',
      cause: /nope/,
    },
    {
      title: 'missing directory',
      script: '[[text]]',
      options: { config: { directory: '/does/not/exist' } },
      outcome: 'workspace_failed',
      cause: /\/does\/not\/exist/,
    },
    {
      title: 'model never answers',
      script: '[[hang]]',
      options: { maxPollAttempts: 4, config: inPlace },
      outcome: 'attempts_exhausted',
      cause: /4/,
    },
  ];
  /** The driver's own tests judge these on the same server. */
  const judgedBefore: Failing[] = [
    {
      title: 'provider 400',
      script: '[[http {"status":400,"message":"bad key"}]]',
      options: { config: inPlace },
      outcome: 'session_failed',
      cause: /bad key/,
    },
    {
      title: 'endless loop',
      // The look that tells comes with the tenth poll.
      script: '[[nofinish {"gap":2000}]]',
      options: { config: inPlace },
      outcome: 'session_failed',
      // Older servers do not ask again.
      cause: /loop|finish|"unknown"/,
    },
  ];
  test.concurrent.each(isLong ? [...failing, ...judgedBefore] : failing)(
    '$title: $outcome',
    async ({ title, script, options, outcome: expected, cause }) => {
      const finished = await outcome(title, script, options);
      expect(finished.outcome).toBe(expected);
      expect(finished.cause).toMatch(cause);
      const execution = await system.execution(finished.executionArn);
      expect(execution).toMatchObject({ status: 'FAILED', error: expected, cause: finished.cause });
    },
  );

  test.concurrent('wrong password: credentials_rejected, naming what to compare', async () => {
    const finished = await outcome('wrong password', '[[text]]', {
      server: { ...agent, password: 'not-the-password' },
    });
    expect(finished.outcome).toBe('credentials_rejected');
    expect(finished.cause).toMatch(/username.*apiKey/);
  });

  test.concurrent('dead server: server_unreachable', async () => {
    const finished = await outcome('dead server', '[[text]]', { server: { ...agent, url: 'http://127.0.0.1:9' } });
    expect(finished.outcome).toBe('server_unreachable');
  });

  test.concurrent('an HTML answer: server_unsupported', async () => {
    const web = await listen(
      createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
    );
    const finished = await outcome('web page', '[[text]]', { server: { ...agent, url: web.url } });
    expect(finished.outcome).toBe('server_unsupported');
    web.server.close();
  });

  test('nothing that these runs left behind holds a password, a token or an Authorization header', async () => {
    const traces = await tracesOf(system);
    expect(traces.size).toBeGreaterThan(20);
    const secrets = [
      agent,
      { username: 'admin', password: system.apiToken },
      { ...agent, password: 'not-the-password' },
    ];
    expect(tracesWith(traces, secrets)).toEqual([]);
  });
});

async function listen(server: Server): Promise<{ server: Server; url: string }> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = z.object({ port: z.int() }).parse(server.address() satisfies AddressInfo | string | null);
  return { server, url: `http://127.0.0.1:${port}` };
}
