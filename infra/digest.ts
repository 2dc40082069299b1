import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/**
 * A digest of files of this project, by their paths from its root, patterns or names, and of whatever else a result was
 * made from. Node's version belongs to every result.
 */
export function digestOf(patterns: string[], others: unknown[] = []): string {
  const digest = createHash('sha256').update(JSON.stringify([process.version, ...others]));
  for (const path of globSync(patterns, { cwd: projectRoot }).sort()) {
    digest.update(`\n${path}\n`).update(readFileSync(join(projectRoot, path)));
  }
  return digest.digest('hex');
}
