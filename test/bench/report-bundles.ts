import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { type Bundles, functionNames } from '../../infra/bundle.ts';

/** Size of the code that each function loads at its start, and of the same deflated as in the archive of Lambda. */
export function reportBundles(bundles: Bundles): void {
  console.log('bundle                 KB   deflated KB');
  for (const name of functionNames) {
    const deflated = bundles[name].files.reduce((sum, file) => sum + deflateRawSync(readFileSync(file)).length, 0);
    console.log(`${name.padEnd(18)} ${kilobytes(bundles[name].bytes)} ${kilobytes(deflated)}`);
  }
}

const kilobytes = (bytes: number): string => (bytes / 1_000).toFixed(1).padStart(8);
