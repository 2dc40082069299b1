import { fork } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findOpenCode } from '../../../../infra/local/opencode/binary.ts';
import { configFor } from '../../../../infra/local/opencode/config.ts';

describe('the configuration of the server', () => {
  const config = configFor('http://127.0.0.1:4010/v1');

  test('has the scripted model and no other, so that no code leaves the machine', () => {
    expect(config).toMatchObject({
      enabled_providers: ['stub'],
      model: 'stub/stub-1',
      small_model: 'stub/stub-1',
      provider: {
        stub: { options: { baseURL: 'http://127.0.0.1:4010/v1' }, models: { 'stub-1': { tool_call: true } } },
      },
    });
    expect(Object.keys(z.object({ provider: z.looseObject({}) }).parse(config).provider)).toEqual(['stub']);
  });

  test('shares nothing and updates nothing', () => {
    expect(config).toMatchObject({ share: 'disabled', autoupdate: false });
  });

  test('settles beforehand whatever the server would ask by default', () => {
    const { permission } = z.object({ permission: z.record(z.string(), z.string()) }).parse(config);
    expect(permission).toMatchObject({ external_directory: 'deny', doom_loop: 'deny', question: 'deny' });
    expect(Object.values(permission)).not.toContain('ask');
  });
});

test('the program that is found can be run; where there is none, the message says what to do', async () => {
  const found = await findOpenCode().catch((error: unknown) => error);
  if (found instanceof Error) {
    expect(found.message).toContain('--endpoint URL');
  } else {
    expect(() => accessSync(z.string().parse(found), constants.X_OK)).not.toThrow();
  }
});

describe('the supervisor', () => {
  const supervisor = fileURLToPath(new URL('../../../../infra/local/opencode/supervisor.ts', import.meta.url));
  const supervise = (...command: string[]) =>
    fork(supervisor, command, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const waiting = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  test('ends with its program, and as that did', async () => {
    const [code] = await once(supervise(process.execPath, '-e', 'process.exit(7)'), 'exit');
    expect(code).toBe(7);
  });

  test('fails where there is no such program', async () => {
    const [code] = await once(supervise('/nowhere/opencode'), 'exit');
    expect(code).toBe(1);
  });

  test.each(['its parent lets go of it', 'it is told to end'])('kills its program when %s', async (when) => {
    const child = supervise(...waiting);
    const [message] = await once(child, 'message');
    const { pid } = z.object({ pid: z.int() }).parse(message);
    expect(isAlive(pid)).toBe(true);

    const exited = once(child, 'exit');
    if (when === 'it is told to end') child.kill('SIGTERM');
    else child.disconnect();
    await exited;
    expect(isAlive(pid)).toBe(false);
  });
});
