import { InvokeCommand } from '@aws-sdk/client-lambda';
import type * as z from 'zod';
import { serverCheckAnswerSchema, type serverCheckInputSchema } from '../contract/server-check.ts';
import type { ServerChecks } from '../ports.ts';
import { lambdaClient } from './clients/lambda.ts';

/** A cold start, and the 5.5 s that `check-servers` takes at most. The SDK's caller gives up after 10 s. */
const PATIENCE_MS = 7_500;

/** Checks by the function that may read passwords. */
export const connectServerChecks = (
  functionName: string,
  client = lambdaClient(),
  patienceMs = PATIENCE_MS,
): ServerChecks => ({
  async check(servers) {
    const input: z.input<typeof serverCheckInputSchema> = { servers };
    const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(input) });
    const answer = await client.send(command, { abortSignal: AbortSignal.timeout(patienceMs) });
    // The error's own text stays in the log of that function.
    if (answer.FunctionError !== undefined) throw new Error(`${functionName} failed`);
    return serverCheckAnswerSchema.parse(JSON.parse(answer.Payload?.transformToString() ?? '')).findings;
  },
});
