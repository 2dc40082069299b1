import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FunctionSpec, Invocation } from '../../../../infra/local/lambda/invocation.ts';
import { LambdaFunction } from '../../../../infra/local/lambda/lambda-function.ts';
import { temporaryFolder } from '../local-stack/folders.ts';

/** A function of the given code (an ES module with an export `handler`), stopped after the test. */
export async function createFunction(code: string, spec: Partial<FunctionSpec> = {}) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'index.mjs'), code);
  const fn = new LambdaFunction(
    {
      name: 'fixture',
      arn: 'arn:aws:lambda:eu-central-1:000000000000:function:fixture',
      folder,
      handler: 'index.handler',
      variables: {},
      timeoutSeconds: 30,
      memoryMiB: 128,
      ...spec,
    },
    { region: 'eu-central-1', endpointUrl: 'http://127.0.0.1:1', logDirectory: folder },
  );
  onTestFinished(() => fn.stop());
  return { fn, logFile: join(folder, 'fixture.log') };
}

export const errorTypeOf = (invocation: Invocation): string | undefined =>
  invocation.ok ? undefined : invocation.error.errorType;
