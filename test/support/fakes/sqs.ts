import { Readable } from 'node:stream';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { vi } from 'vitest';
import { z } from 'zod';

const callSchema = z.object({ headers: z.record(z.string(), z.string()), body: z.instanceof(Buffer) });

/** Answers what is sent to SQS, until the test ends: with `{}`, or with what `answers` has, first to last. */
export function fakeSqs(answers: { statusCode: number; body: string }[] = []) {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const requests: HttpRequest[] = [];
  const rest = [...answers];
  const handle = vi.spyOn(NodeHttpHandler.prototype, 'handle').mockImplementation(async (request) => {
    requests.push(HttpRequest.clone(request));
    const { statusCode, body } = rest.shift() ?? { statusCode: 200, body: '{}' };
    return { response: new HttpResponse({ statusCode, body: Readable.from([body]) }) };
  });
  return {
    handle,
    requests,
    /** What was asked for, without the signature. */
    calls: () =>
      requests.map((request) => {
        const { headers, body } = callSchema.parse(request);
        return {
          action: headers['x-amz-target'],
          input: z.record(z.string(), z.unknown()).parse(JSON.parse(`${body}`)),
        };
      }),
  };
}
