import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Agent, sharedStockAgent } from '../support/system/agent-server.ts';
import { fire, type System, sharedSystem } from '../support/system/system.ts';

const call = (name: string, input: Record<string, unknown>) => ({ name, input });
const bash = (command: string) => call('bash', { command, description: 'Tries it' });
/** For a sub-agent, in the prompt that its parent gives. */
const nested = (...calls: object[]) => script(calls).replaceAll('"', "'").replace('[[', '<<').replace(/\]\]$/, '>>');
/** What is called at once in each turn. */
const script = (...turns: object[][]) =>
  `[[calls ${JSON.stringify({ calls: turns.flat(), turns: turns.map(({ length }) => length) })}]]`;

/** A stock server, whose agents may do all but ask for a few things, and a model that tries what it can. */
describe('permissions of a rule on a stock server', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedStockAgent()]);
  });

  const messageSchema = z.object({
    parts: z.array(
      z.object({
        type: z.string(),
        tool: z.string().optional(),
        state: z.looseObject({ status: z.string() }).optional(),
      }),
    ),
  });

  /** How each tool call of the session ended, in order, as `tool status`. */
  async function callsOf(sessionId: string): Promise<string[]> {
    const authorization = `Basic ${Buffer.from(`${agent.username}:${agent.password}`).toString('base64')}`;
    const answer = await fetch(`${agent.url}/session/${sessionId}/message`, { headers: { authorization } });
    const parts = z
      .array(messageSchema)
      .parse(await answer.json())
      .flatMap((message) => message.parts);
    return parts.flatMap(({ tool, state }) => (tool && state ? [`${tool} ${state.status}`] : []));
  }

  const secret = 'API_KEY=of-nobody\n';
  const outside = { filePath: '/etc/hostname' };
  const forbidden = [
    call('webfetch', { url: `http://127.0.0.1:9/`, format: 'text' }),
    call('read', outside),
    call('write', { ...outside, content: 'x' }),
    call('read', { filePath: '.env' }),
    call('read', { filePath: 'app.env.local' }),
    bash('cat /etc/hostname'),
    bash('cd / && ls'),
    call('question', {
      questions: [{ question: 'May I?', header: 'May', options: [{ label: 'A', description: 'a' }] }],
    }),
  ];
  const task = (...calls: object[]) =>
    call('task', { description: 'sub work', prompt: nested(...calls), subagent_type: 'general' });

  test('fix: the agent edits and runs, is denied what leads out, and asks for nothing, nor does a sub-agent', async () => {
    const hook = await system.hookFor({ server: agent });
    const work = [
      call('write', { filePath: '.env', content: secret }),
      call('write', { filePath: 'app.env.local', content: secret }),
      call('write', { filePath: '.env.example', content: 'API_KEY=\n' }),
      call('write', { filePath: 'fixed.txt', content: 'fixed\n' }),
    ];
    const allowed = [call('read', { filePath: '.env.example' }), bash('node --version')];
    // A seat belt: these go through, and the manual says so.
    const beyond = [bash('cat .env'), bash('git push origin HEAD || true'), bash('ls /etc > /dev/null')];
    const last = [...allowed, ...beyond, task(...forbidden)];
    const finished = await system.outcomeOf(await fire(hook, 'tries what it can', script(work, forbidden, last)));
    expect(finished.outcome).toBe('diff_ready');
    const calls = await callsOf(finished.session?.id ?? '');
    const statuses = calls.map((each) => each.split(' ')[1]);
    const ended = (count: number, status: string) => Array.from({ length: count }, () => status);
    expect(calls.slice(0, 4)).toEqual(ended(4, 'write completed'));
    // A tool that is denied as a whole is not even offered: calling it is an invalid call.
    for (const each of calls.slice(4, 12)) expect(each).toMatch(/ error$|^invalid /);
    // The sub-agent is denied the same, and the session does not wait for it.
    expect(statuses.slice(12)).toEqual(ended(last.length, 'completed'));
    const manifest: unknown = JSON.parse(
      await system.object(finished.result?.bucket ?? '', finished.result?.manifest ?? ''),
    );
    expect(manifest).toMatchObject({ permissions: { profile: 'fix' }, withheld: ['.env', 'app.env.local'] });
  });

  test('investigate: nothing is changed, by tool or by shell, and reading goes on', async () => {
    const hook = await system.hookFor({ server: agent, config: { permissions: 'investigate' } });
    const writing = [
      call('write', { filePath: 'a.txt', content: 'x' }),
      bash('touch a.txt'),
      bash('cat README.md > a.txt'),
      bash('git log --output=a.txt'),
      bash('cat README.md | tee a.txt'),
      bash('cat $(touch a.txt)'),
      task(call('write', { filePath: 'a.txt', content: 'x' }), bash('touch a.txt')),
    ];
    const reading = [bash('git log -1'), bash('cat README.md | head -1'), call('read', { filePath: 'README.md' })];
    const finished = await system.outcomeOf(
      await fire(hook, 'looks around', script(writing, [...forbidden, ...reading])),
    );
    expect(finished).toMatchObject({ outcome: 'no_changes' });
    const calls = await callsOf(finished.session?.id ?? '');
    expect(calls.slice(0, 6).filter((each) => / completed$/.test(each) && !each.startsWith('invalid'))).toEqual([]);
    expect(calls.slice(-3).map((each) => each.split(' ')[1])).toEqual(['completed', 'completed', 'completed']);
  });
});
