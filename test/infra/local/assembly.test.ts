import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { synthesize } from '../../../infra/local/assembly.ts';
import { temporaryFolder } from './local-stack/folders.ts';

function phases() {
  const told: string[] = [];
  return { told, phase: (name: string) => ({ done: (result: string) => told.push(`${name}: ${result}`) }) };
}
const reused = ['synthesizing: reused, since nothing has changed'];
const privateHosts = ['127.0.0.1'];

test('an assembly is made once, reused as long as nothing has changed, and made anew where something has', async () => {
  const folder = await temporaryFolder();
  const first = phases();
  const assembly = await synthesize(folder, { privateHosts, ...first });
  expect(first.told.at(-1)).toBe('synthesizing: the CDK app');
  expect(await readdir(assembly)).toContain('manifest.json');

  const second = phases();
  expect(await synthesize(folder, { privateHosts, ...second })).toBe(assembly);
  expect(second.told).toEqual(reused);

  // One that a kill has interrupted, or that was made from other sources or with other context.
  await writeFile(join(folder, 'cdk.out.sha256'), 'another digest');
  const third = phases();
  await synthesize(folder, { privateHosts: ['other.example'], ...third });
  expect(third.told).toEqual(['bundling: reused, since nothing has changed', 'synthesizing: the CDK app']);
  expect(await readFile(join(assembly, 'OpencodeRelay.template.json'), 'utf8')).toContain('other.example');
});

test('a synthesis that is given up leaves no process and nothing to reuse', async () => {
  const folder = await temporaryFolder();
  const giveUp = new AbortController();
  const synthesis = synthesize(folder, { privateHosts, signal: giveUp.signal });
  setTimeout(() => giveUp.abort(new Error('the server did not start')), 200);
  await expect(synthesis).rejects.toThrow('the server did not start');
  expect(await readdir(folder)).toEqual(['cdk.out']);
});
