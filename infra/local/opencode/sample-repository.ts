import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gitEnvironment } from './git-environment.ts';

/** The bug that the sample alert is about, and what the scripted model does about it. */
export const sampleFix = {
  path: 'src/checkout.js',
  before: 'return subtotal + discountOf(cart, subtotal);',
  after: 'return subtotal - discountOf(cart, subtotal);',
  explanation:
    'totalOf() in src/checkout.js added the discount to the subtotal instead of subtracting it, so every order with a ' +
    'discount was charged too much. It subtracts the discount now.',
} as const;

const files: Record<string, string> = {
  'README.md': `# checkout

Computes what a customer pays. \`node --test\` runs the tests.
`,
  'package.json': `{
  "name": "checkout",
  "private": true,
  "type": "module"
}
`,
  [sampleFix.path]: `/** What the customer pays for a cart, in cents. */
export function totalOf(cart) {
  const subtotal = cart.items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  ${sampleFix.before}
}

/** Discount in cents, never more than the subtotal. */
function discountOf(cart, subtotal) {
  return Math.min(cart.discount ?? 0, subtotal);
}
`,
  'test/checkout.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalOf } from '../src/checkout.js';

const items = [
  { price: 1250, quantity: 2 },
  { price: 499, quantity: 1 },
];

test('adds up the items', () => {
  assert.equal(totalOf({ items }), 2999);
});
`,
};

/** A small git repository with one commit and a real bug. Does nothing if it is there already. */
export async function createSampleRepository(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (await hasCommit(directory)) return;
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  await git(directory, 'init', '--quiet', '--initial-branch=main');
  await git(directory, 'add', '--all');
  await git(directory, 'commit', '--quiet', '--message=Add the checkout total');
}

/** Asked of its own `.git`: the directory may lie inside another repository. */
const hasCommit = (directory: string): Promise<boolean> =>
  git(directory, '--git-dir=.git', 'rev-parse', '--verify', '--quiet', 'HEAD').then(
    () => true,
    () => false,
  );

async function git(directory: string, ...command: string[]): Promise<void> {
  const env = { PATH: process.env.PATH, ...gitEnvironment };
  await promisify(execFile)('git', command, { cwd: directory, env });
}
