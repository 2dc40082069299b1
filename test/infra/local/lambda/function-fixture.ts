import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CallLimits, callLimits } from '../../../../infra/local/lambda/call-queue.ts';
import { Functions, type WarmthOptions } from '../../../../infra/local/lambda/functions.ts';
import type { FunctionSpec, Invocation } from '../../../../infra/local/lambda/invocation.ts';
import { temporaryFolder } from '../local-stack/folders.ts';

/** A function of the given code (an ES module with an export `handler`), stopped after the test. */
export async function createFunction(
  code: string,
  spec: Partial<FunctionSpec> = {},
  limits: CallLimits = callLimits(),
  warmth?: WarmthOptions,
) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'index.mjs'), code);
  const functions = new Functions(folder, limits, undefined, warmth);
  const fn = functions.add(
    {
      name: 'fixture',
      arn: 'arn:aws:lambda:eu-central-1:000000000000:function:fixture',
      folder,
      handler: 'index.handler',
      variables: {},
      timeoutSeconds: 30,
      memoryMiB: 128,
      logGroup: '/aws/lambda/fixture',
      ...spec,
    },
    { region: 'eu-central-1', endpointUrl: 'http://127.0.0.1:1' },
  );
  onTestFinished(() => functions.stop());
  return { fn, functions, logFile: join(folder, 'fixture.log') };
}

export const errorTypeOf = (invocation: Invocation): string | undefined =>
  invocation.ok ? undefined : invocation.error.errorType;
