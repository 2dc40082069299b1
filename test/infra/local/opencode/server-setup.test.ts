import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
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

describe('on a platform for which npm has no server', () => {
  const folder = () => {
    const path = mkdtempSync(join(tmpdir(), 'path-'));
    onTestFinished(() => rmSync(path, { recursive: true }));
    vi.stubEnv('PATH', ['', '/nowhere', path].join(delimiter));
    onTestFinished(() => void vi.unstubAllEnvs());
    return path;
  };

  test('the one that is installed is taken', async () => {
    const program = join(folder(), 'opencode');
    writeFileSync(program, '', { mode: 0o755 });
    expect(await findOpenCode('darwin-arm64')).toBe(program);
  });

  test('and none is installed that can be run, a sentence names the way without', async () => {
    writeFileSync(join(folder(), 'opencode'), '', { mode: 0o644 });
    await expect(findOpenCode('darwin-arm64')).rejects.toThrow(
      /^npm has no OpenCode server for darwin-arm64, .* npm start -- --endpoint URL, or install opencode-ai 1\.18\.$/,
    );
  });
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
