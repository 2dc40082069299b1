import { InvokeCommand } from '@aws-sdk/client-lambda';
import { reportAnswerSchema } from '../contract/report.ts';
import type { ReportMaker } from '../ports.ts';
import { lambdaClient } from './clients/lambda.ts';

/** A cold start and the largest page. The SDK's caller gives up after 10 s. */
const PATIENCE_MS = 8_000;

/** Pages by the function that renders them. */
export const connectReportMaker = (
  functionName: string,
  client = lambdaClient(),
  patienceMs = PATIENCE_MS,
): ReportMaker => ({
  async make(jobId) {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify({ jobId }) });
    const answer = await client.send(command, { abortSignal: AbortSignal.timeout(patienceMs) });
    // The error's own text stays in the log of that function.
    if (answer.FunctionError !== undefined) throw new Error(`${functionName} failed`);
    return reportAnswerSchema.parse(JSON.parse(answer.Payload?.transformToString() ?? '')).status;
  },
});
