import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { type Bundles, functionNames } from '../../infra/bundle.ts';

/** Size of each function's code, and of the same deflated as in the archive that Lambda loads. */
export function reportBundles(bundles: Bundles): void {
  console.log('bundle                 KB   deflated KB');
  for (const name of functionNames) {
    const deflated = deflateRawSync(readFileSync(join(bundles[name].folder, 'index.mjs'))).length;
    console.log(`${name.padEnd(18)} ${kilobytes(bundles[name].bytes)} ${kilobytes(deflated)}`);
  }
}

const kilobytes = (bytes: number): string => (bytes / 1_000).toFixed(1).padStart(8);
