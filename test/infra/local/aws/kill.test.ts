import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { newDirectory, startAws } from './fixture.ts';

const writer = fileURLToPath(new URL('killed-writer.ts', import.meta.url));

test('after a kill -9 everything acknowledged is there, and nothing blocks the next start', async () => {
  const directory = newDirectory();
  const child = spawn(process.execPath, [writer, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  await Promise.race([once(child.stdout, 'data'), exited]);
  await expect(startAws({ directory })).rejects.toThrow('another process has them open');
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);

  const aws = await startAws({ directory });
  onTestFinished(aws.close);
  expect(await aws.tables.call('Scan', { TableName: 'relay' })).toMatchObject({ Items: [{ pk: { S: 'written' } }] });
  aws.queues.ensure({ name: 'q', visibilityTimeoutSeconds: 60, retentionSeconds: 600, maximumMessageBytes: 1_000 });
  expect(aws.queues.receive('q', 10)).toMatchObject([{ body: 'written' }]);
});
