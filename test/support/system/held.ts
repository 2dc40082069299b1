import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A script whose model answers when the test says so: the session lasts as long as what is done meanwhile. */
export async function heldScript(): Promise<{ script: string; release(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-held-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const until = join(folder, 'released');
  return { script: `[[held ${JSON.stringify({ until })}]]`, release: () => writeFile(until, '') };
}
