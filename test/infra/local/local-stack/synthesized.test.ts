import { cpSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { startLocalStack } from '../../../../infra/local/local-stack.ts';
import { withApp } from '../../../support/stack.ts';
import { temporaryFolder } from './folders.ts';

test('the synthesized template runs here, whole, and answers at the addresses that it outputs', async () => {
  const folder = await temporaryFolder();
  withApp({}, (app) => cpSync(app.synth().directory, `${folder}/assembly`, { recursive: true }));
  const stack = await startLocalStack({
    assembly: `${folder}/assembly`,
    dataDirectory: `${folder}/aws`,
    logDirectory: `${folder}/logs`,
    port: 0,
  });
  onTestFinished(() => stack.stop());
  const { ApiUrl = '', HooksUrl = '' } = stack.outputs;
  expect(new URL(ApiUrl).pathname).toBe('/v0');
  const managed = await fetch(`${ApiUrl}/relay`);
  const hooked = await fetch(`${HooksUrl}/wh_1`, { method: 'POST' });
  expect([await managed.text(), await hooked.text()]).toEqual(['manage', 'receive-alert']);
});
