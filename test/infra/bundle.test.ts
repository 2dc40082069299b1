import { isBuiltin } from 'node:module';
import { describe, expect, test } from 'vitest';
import { bundleFunctions, type FunctionName, functionNames } from '../../infra/bundle.ts';

/** What was measured and a tenth: an import that drags in another client, or another copy of one, shows here. */
const budgetKB: Record<FunctionName, number> = {
  'receive-alert': 610,
  'receive-alarm': 600,
  'route-alert': 680,
  manage: 1_155,
  'check-servers': 505,
  'create-session': 570,
  'send-prompt': 565,
  'poll-session': 570,
  'collect-result': 730,
  'abort-session': 565,
  'session-stopped': 755,
  'decide-step': 645,
  'run-stopped': 565,
  'check-storm': 655,
  'triage-storm': 590,
  'record-root-cause': 695,
  'storm-stopped': 560,
  'call-webhook': 560,
};

const bundles = await bundleFunctions();

describe.each(functionNames)('%s', (name) => {
  test('keeps to its budget', () => {
    expect(bundles[name].bytes / 1_000).toBeLessThan(budgetKB[name]);
  });

  test('brings all its packages and no undici', () => {
    const { imports } = bundles[name];
    expect(imports.filter((module) => !isBuiltin(module))).toEqual([]);
    expect(imports).not.toContain('node:http');
    expect(imports).not.toContain('node:https');
  });
});
