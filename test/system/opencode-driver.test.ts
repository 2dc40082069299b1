import { cp, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Session } from '../../functions/domain/session/session.ts';
import type { SessionServer } from '../../functions/ports.ts';
import { createSampleRepository } from '../../infra/local/opencode/sample-repository.ts';
import { eventually } from '../support/eventually.ts';
import { briefLook } from '../support/fakes/samples.ts';
import { type Agent, repositoryWith, sharedStockAgent } from '../support/system/agent-server.ts';
import {
  applied,
  bash,
  connectDriver,
  idsOf,
  open,
  recogniseServer,
  send,
  untilDone,
  work,
} from '../support/system/driver.ts';
import { endingOf, twelveFailures } from '../support/system/twelve-failures.ts';

/** The driver and a real OpenCode server, with nothing in between. */
describe('the OpenCode driver', () => {
  let agent: Agent;
  let repository: string;
  let server: SessionServer;
  beforeAll(async () => {
    agent = await sharedStockAgent();
    // Asked for, so that there is something pending.
    const permission = { external_directory: 'ask', question: 'allow' };
    repository = await repositoryWith(agent, 'driver', { permission });
    server = connectDriver(agent);
  });

  test('tells version, models and agents, and refuses a wrong password', async () => {
    expect(await recogniseServer(agent)).toMatchObject({ dialect: 'v1', version: expect.stringMatching(/^1\.18\./) });
    expect(await server.models(repository)).toEqual([{ providerID: 'stub', modelIDs: ['stub-1'] }]);
    expect(await server.agents(repository)).toEqual(expect.arrayContaining(['build', 'plan']));
    await expect(recogniseServer({ ...agent, password: 'wrong' })).rejects.toMatchObject({
      name: 'CredentialsRejected',
    });
  });

  test('a session is found by its title, and a repeated prompt is one run', async () => {
    const title = 'Über 50% [a_b] "q" \\ 😀 [job_2]';
    const session = await open(server, repository, 'job_2', { title });
    await open(server, repository, 'job_2', { title: `${title} too` });
    const wanted = { jobId: 'job_2', directory: repository, title };
    expect(await server.findSession(wanted)).toEqual(session);
    expect(await server.findSession({ ...wanted, title: 'nothing [job_2]' })).toBeUndefined();
    await send(server, session, 'job_2', '[[text]]');
    const id = await work(server, session, 'job_2', '[[text]]');
    const messages = await server.messages(session.id, 10);
    expect(messages).toMatchObject([
      { id, role: 'user', parentId: null },
      { role: 'assistant', finish: 'stop', error: null, text: 'Nothing is to be changed.', toolErrors: [] },
    ]);
    expect(await server.turnDiff(session.id, id)).toEqual([]);
    const configured = join(dirname(agent.repository), 'opencode', 'home', 'config', 'opencode');
    expect(await readdir(join(configured, 'node_modules')), 'packages that the server installs for itself').toEqual([]);
    const { costUsd, tokens } = await server.session(session.id);
    expect(costUsd).toBeGreaterThan(0);
    expect(tokens).toEqual({ input: 100, output: 25, reasoning: 5, cacheRead: 20, cacheWrite: 0 });
  });

  test('two turns that change one file are one change of it', async () => {
    const turns = join(repository, '..', 'turns');
    await createSampleRepository(turns);
    const original = join(repository, '..', 'turns-original');
    await cp(turns, original, { recursive: true });
    const session = await open(server, turns, 'job_3');
    const first = await work(server, session, 'job_3', bash('echo one >> README.md && echo x > gone.txt'));
    await work(server, session, 'job_3 again', bash('echo two >> README.md && rm gone.txt && echo y > new.txt'));
    const diffs = await server.turnDiff(session.id, first);
    expect((await applied(original, diffs)).status).toEqual(['M  README.md', 'A  new.txt']);
    expect(diffs.find(({ path }) => path === 'README.md')?.patch).toContain('+one\n+two\n');
    expect(await readFile(join(turns, 'README.md'), 'utf8')).toMatch(/one\ntwo\n$/);
  });

  test.each([
    ['permission', bash('cat /etc/hostname'), /^external_directory .*\/etc/],
    ['question', '[[question]]', /^Which one\?$/],
  ])('a %s that is asked for is pending, and an abort ends the session', async (kind, script, subject) => {
    const session = await open(server, repository, 'job_4');
    await send(server, session, kind, script);
    const request = await eventually(async () => {
      const run = { ...session, ...idsOf(session, kind) };
      const [own] = (await server.observe(run, briefLook)).pending;
      expect(own).toMatchObject({ kind, subject: expect.stringMatching(subject) });
      return own;
    }, 200);
    expect(request).toBeDefined();
    expect(await server.atWork(repository, session.id)).toEqual([session.id]);
    await server.abort(session.id);
    await eventually(async () => expect(await server.atWork(repository, session.id)).toEqual([]));
    await untilDone(server, session, kind);
  });

  test('sub-agents are descendants', async () => {
    const session = await open(server, repository, 'job_5');
    await work(server, session, 'job_5', '[[task {"prompt":"<<text>>"}]]');
    const [child, ...others] = await server.descendants(session.id);
    expect(others).toEqual([]);
    expect(await server.session(child ?? '')).toMatchObject({ directory: repository });
  });

  test("a provider's trouble is told", async () => {
    const session = await open(server, repository, 'job_6');
    await send(server, session, 'job_6', '[[http {"status":503,"times":1,"message":"overloaded"}]]');
    await eventually(
      async () =>
        expect(await server.observe({ ...session, ...idsOf(session, 'job_6') }, briefLook)).toMatchObject({
          status: { type: 'retry', nextAt: expect.any(Number) },
        }),
      200,
    );
    await server.abort(session.id);
    const refused = await open(server, repository, 'job_7');
    await work(server, refused, 'job_7', '[[http {"status":400,"message":"bad key"}]]');
    expect((await server.messages(refused.id, 1))[0]?.error).toMatchObject({ name: 'APIError', statusCode: 400 });
  });

  test('a session that is not there is lost', async () => {
    const lost = { name: 'SessionLost' };
    await expect(server.session('ses_nope')).rejects.toMatchObject(lost);
    await expect(server.messages('ses_nope', 5)).rejects.toMatchObject(lost);
    await expect(server.descendants('ses_nope')).rejects.toMatchObject(lost);
    await expect(server.turnDiff('ses_nope', 'msg_1')).rejects.toMatchObject(lost);
    const prompt = { messageId: 'msg_1', partId: 'prt_1', text: 'x', model: null, agent: null };
    await expect(server.prompt('ses_nope', prompt)).rejects.toMatchObject(lost);
  });

  /**
   * The same twelve that the double of 2.x plays in milliseconds. A minute of grace is a minute here, since twelve runs
   * at once keep two cores busy: only what never comes is waited for in a hurry.
   */
  describe.concurrent('what a run can come to', () => {
    const reject = async (session: Session): Promise<void> => {
      const { url, username, password } = agent;
      const headers = { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
      const query = `directory=${encodeURIComponent(session.directory)}`;
      const listed: unknown = await (await fetch(`${url}/permission?${query}`, { headers })).json();
      const own = z.array(z.object({ id: z.string(), sessionID: z.string() })).parse(listed);
      const id = own.find(({ sessionID }) => sessionID === session.id)?.id;
      const body = JSON.stringify({ reply: 'reject' });
      const asJson = { ...headers, 'content-type': 'application/json' };
      await fetch(`${url}/permission/${id}/reply?${query}`, { method: 'POST', headers: asJson, body });
    };
    test.each(twelveFailures)('$title', async (failure) => {
      const host = {
        server: connectDriver(agent),
        dialect: 'v1',
        directory: repository,
        speed: 1,
        pollMs: 400,
        reject,
      } as const;
      const { outcome, cause } = failure;
      expect(await endingOf(host, failure)).toEqual({ outcome, cause: expect.stringMatching(cause) });
    });
  });
});
