import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../../functions/domain/session/session.ts';
import type { Prompt, SessionServer } from '../../../../functions/ports.ts';
import { eventually } from '../../../support/eventually.ts';
import { briefLook } from '../../../support/fakes/samples.ts';
import { type DoubleServer, startDoubleServer } from '../../../support/system/double-server.ts';
import { bash, connectDriver, idsOf, model, open } from '../../../support/system/driver.ts';
import { startLossyProxy } from '../../../support/system/lossy-proxy.ts';
import { pollToEnd } from '../../../support/system/twelve-failures.ts';

/** The lettered scenarios of 2.x, and those of its sixteen that need more than one look. */
describe('a run on a double of 2.x', () => {
  let host: DoubleServer;
  let server: SessionServer;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    ({ host, stop } = await startDoubleServer());
    server = host.server;
  });
  afterEach(() => stop());

  const started = async (text: string, jobId = 'job_1'): Promise<{ session: Session; prompt: Prompt }> => {
    const session = await open(server, host.directory, jobId);
    const prompt = { ...idsOf(session, jobId), text, model, agent: 'build' };
    await server.prompt(session.id, prompt);
    return { session, prompt };
  };
  const look = ({ session, prompt }: { session: Session; prompt: Prompt }) =>
    server.observe({ ...session, messageId: prompt.messageId }, briefLook);
  /** Resolves once the session has an answer that is not over. */
  const inAnAnswer = (run: { session: Session; prompt: Prompt }) =>
    eventually(async () =>
      expect((await look(run)).messages.at(-1)).toMatchObject({ role: 'assistant', completed: false }),
    );
  const idle = ({ session }: { session: Session }) =>
    eventually(async () => expect(await server.atWork(host.directory, session.id)).toEqual([]));
  const marksOf = async (run: { session: Session; prompt: Prompt }) =>
    (await look(run)).messages.flatMap((entry) => (entry.role === 'idle' ? [entry.outcome] : []));
  const end = ({ session, prompt }: { session: Session; prompt: Prompt }) => pollToEnd(host, session, prompt);

  test('creation and prompt are idempotent, ten at once among them', async () => {
    const wanted = { jobId: 'job_1', directory: host.directory, title: 'first [job_1]' };
    expect(await server.findSession(wanted)).toBeUndefined();
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, n) => open(server, host.directory, 'job_1', { title: `${n}` })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await server.findSession(wanted)).toEqual(made[0]);
    const [session] = made;
    if (!session) throw new Error('No session was made');
    const prompt = { ...idsOf(session, 'job_1'), text: '[[text]]', model, agent: 'build' };
    await Promise.all(Array.from({ length: 10 }, () => server.prompt(session.id, prompt)));
    await end({ session, prompt });
    const answers = (await server.messages(session.id, 50)).filter(({ role }) => role === 'assistant');
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({ parentId: prompt.messageId, text: 'Nothing is to be changed.' });
  });

  test('α: a delivered prompt is not sent again, where the server would note a success', async () => {
    const run = await started('[[hang]]');
    await inAnAnswer(run);
    await host.double.crash();
    await server.prompt(run.session.id, run.prompt);
    await sleep(100);
    expect(await marksOf(run)).toEqual([]);
    // Whoever does send it has the server lie.
    const { messageId, text } = run.prompt;
    await host.request('POST', `/api/session/${run.session.id}/prompt`, { id: messageId, text });
    await idle(run);
    expect(await marksOf(run)).toEqual(['succeeded']);
    expect(await end(run)).toMatchObject({
      outcome: 'session_lost',
      cause: expect.stringContaining('middle of the run'),
    });
  });

  test('α: nor is one whose answer was lost on the way', async () => {
    const proxy = await startLossyProxy(host.url, (call) => call.startsWith('POST') && call.endsWith('/prompt'));
    const { username, password } = host;
    const session = await open(server, host.directory, 'job_1');
    const prompt = { ...idsOf(session, 'job_1'), text: '[[hang]]', model, agent: 'build' };
    await connectDriver({ url: proxy.url, username, password }, 'v2').prompt(session.id, prompt);
    await proxy.close();
    expect(proxy.forwarded.filter((call) => call.startsWith('POST'))).toHaveLength(1);
    await server.abort(session.id);
    await eventually(async () => expect(await marksOf({ session, prompt })).toEqual(['interrupted']));
  });

  test('β: a prompt that waits when the server is restarted is woken by a second one', async () => {
    const session = await open(server, host.directory, 'job_1');
    const prompt = { ...idsOf(session, 'job_1'), text: '[[write]]', model, agent: 'build' };
    const { messageId, text } = prompt;
    await host.request('POST', `/api/session/${session.id}/prompt`, { id: messageId, text, resume: false });
    expect((await look({ session, prompt })).prompt).toBe('waiting');
    expect((await end({ session, prompt })).outcome).toBe('completed');
  });

  test('l: a prompt that never arrived is sent', async () => {
    const session = await open(server, host.directory, 'job_1');
    const prompt = { ...idsOf(session, 'job_1'), text: '[[write]]', model, agent: 'build' };
    expect((await look({ session, prompt })).prompt).toBe('missing');
    expect((await end({ session, prompt })).outcome).toBe('completed');
  });

  test.each([
    ['γ: killed', 'crash', 0],
    ['λ: stopped in good order', 'restart', 1],
  ] as const)(
    '%s in the middle of an answer is lost, and its prompt is sent no second time',
    async (_, how, aborted) => {
      const run = await started('[[hang]]');
      await inAnAnswer(run);
      await host.double[how]();
      const { messages } = await look(run);
      expect(messages.filter((entry) => entry.role === 'assistant' && entry.error)).toHaveLength(aborted);
      expect(await end(run)).toMatchObject({ outcome: 'session_lost' });
      const prompts = host.double.calls.filter((call) => call.endsWith('/prompt'));
      expect(prompts).toHaveLength(1);
    },
  );

  test('δ: a parent whose sub-agent works on in the background is running, is woken, and ends by its second mark', async () => {
    const script = '[[task {"prompt":"<<slow {\'n\':4,\'gap\':600}>>","background":true}]]';
    const run = await started(script);
    const seen = await eventually(async () => {
      const now = await look(run);
      expect(now).toMatchObject({ status: null, descendants: [expect.any(String)] });
      return now;
    });
    expect(seen.messages.at(-1)).toMatchObject({ role: 'idle', outcome: 'succeeded' });
    expect((await end(run)).outcome).toBe('completed');
    await eventually(async () => expect(await marksOf(run)).toEqual(['succeeded', 'succeeded']));
    expect(await server.session(run.session.id)).toMatchObject({ costUsd: expect.closeTo(0.000486, 9) });
  });

  test('ε: an end without a reason is told by its answer', async () => {
    host.double.behaviour.endsTellErrors = false;
    expect(await end(await started('[[http {"status":401,"message":"bad key"}]]'))).toMatchObject({
      outcome: 'session_failed',
      cause: expect.stringContaining('bad key'),
    });
  });

  test('ζ: an interrupt while the provider is waited for is told by the mark alone', async () => {
    host.double.behaviour.retryMs = 30_000;
    const run = await started('[[http {"status":503,"message":"overloaded"}]]');
    const seen = await eventually(async () => {
      const now = await look(run);
      expect(now.status).toMatchObject({ type: 'retry', message: 'overloaded' });
      return now;
    });
    expect(seen.pending).toEqual([]);
    await server.abort(run.session.id);
    await idle(run);
    expect((await look(run)).messages.at(-2)).toMatchObject({ role: 'assistant', completed: false, error: null });
    expect(await end(run)).toMatchObject({ outcome: 'session_failed', cause: expect.stringContaining('aborted') });
  });

  test('η: a dismissed question ends without a mark, and one that is told why goes on', async () => {
    const dismissed = await started('[[question]]');
    const dismiss = async ({ session }: { session: Session }, query: string) => {
      const listed = await eventually(async () => {
        const body = await (await host.request('GET', `/api/session/${session.id}/form`)).text();
        expect(body).toContain('frm_');
        return body;
      });
      const [, form = ''] = /"id":"(frm_\w+)"/.exec(listed) ?? [];
      expect((await host.request('DELETE', `/api/session/${session.id}/form/${form}${query}`)).status).toBe(204);
    };
    await dismiss(dismissed, '');
    await idle(dismissed);
    expect(await marksOf(dismissed)).toEqual([]);
    expect(await end(dismissed)).toMatchObject({
      outcome: 'session_failed',
      cause: expect.stringContaining('rejected'),
    });
    const told = await started('[[question]]', 'job_2');
    await dismiss(told, '?message=Decide+yourself');
    expect((await end(told)).outcome).toBe('completed');
  });

  test('ι: an abort is over only once the session is no longer active', async () => {
    host.double.behaviour.lingerMs = 400;
    const run = await started('[[slow {"n":100,"gap":20}]]');
    await inAnAnswer(run);
    await server.abort(run.session.id);
    await eventually(async () => expect(await marksOf(run)).toEqual(['interrupted']));
    expect(await server.atWork(host.directory, run.session.id)).toEqual([run.session.id]);
    await idle(run);
    expect((await server.messages(run.session.id, 20)).at(-1)).toMatchObject({
      text: expect.stringMatching(/^word0 /),
    });
  });

  test.each([404, 500] as const)('κ: a directory that is gone fails at the prompt (%i)', async (status) => {
    host.double.behaviour.missingDirectory = status;
    const session = await open(server, '/does/not/exist', 'job_1');
    const prompt = { ...idsOf(session, 'job_1'), text: '[[text]]', model, agent: 'build' };
    await expect(server.prompt(session.id, prompt)).rejects.toMatchObject({ name: 'WorkspaceFailed' });
    await expect(server.resolveDirectory('/does/not/exist')).rejects.toMatchObject({ name: 'WorkspaceFailed' });
  });

  test('14: an abort takes a sub-agent with it', async () => {
    const run = await started('[[task {"prompt":"<<hang>>"}]]');
    const [child = ''] = await eventually(async () => {
      const { descendants } = await look(run);
      expect(descendants).toHaveLength(1);
      return descendants;
    });
    expect(await server.descendants(run.session.id)).toEqual([child]);
    await server.abort(run.session.id);
    await idle(run);
  });

  test('16: a tool that fails, is unknown to a rule or is denied does not end the run', async () => {
    host.double.behaviour.rules = [{ action: 'shell', resource: '*', effect: 'deny' }];
    const run = await started(bash('echo hi > out.txt'));
    expect((await end(run)).outcome).toBe('completed');
    const [step] = (await server.messages(run.session.id, 20)).filter(({ role }) => role === 'assistant');
    expect(step?.toolErrors).toEqual(['shell: A rule denies shell']);
  });

  test('its own rules are sent at creation by the names of 2.x, told again, and bind it', async () => {
    const permissions = [{ action: 'bash', resource: '*', effect: 'deny' } as const];
    const session = await open(server, host.directory, 'job_1', { permissions });
    expect(session.permissions).toEqual(permissions);
    const wire: unknown = await (await host.request('GET', `/api/session/${session.id}`)).json();
    expect(wire).toMatchObject({ data: { permissions: [{ action: 'shell', resource: '*', effect: 'deny' }] } });
  });

  test('a session of another directory under our id is not taken for ours', async () => {
    await open(server, '/srv/other', 'job_1');
    await expect(open(server, host.directory, 'job_1')).rejects.toMatchObject({
      name: 'WorkspaceFailed',
      message: expect.stringContaining('/srv/other'),
    });
  });
});
