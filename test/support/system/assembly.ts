import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../../infra/local/assembly.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the synthesized cloud assembly. */
    assembly: string;
  }
}

/** Synthesizes once for all system tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-assembly-'));
  project.provide('assembly', await synthesize(folder, { privateHosts: ['127.0.0.1'] }));
  return () => rm(folder, { recursive: true, force: true });
}
