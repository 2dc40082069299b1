import { randomUUID } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { xmlDocument } from '../xml.ts';

/** STS GetCallerIdentity, the first thing that tools ask; other actions of form-encoded services are refused. */
export function answerForm({ body }: HttpRequest, account: string): HttpAnswer {
  const action = new URLSearchParams(body.toString()).get('Action');
  const RequestId = randomUUID();
  if (action !== 'GetCallerIdentity') {
    const refusal = { Type: 'Sender', Code: 'InvalidAction', Message: `There is no action ${action} here` };
    return { status: 400, headers, body: xmlDocument('ErrorResponse', { Error: refusal, RequestId }) };
  }
  const result = { Arn: `arn:aws:iam::${account}:user/local`, UserId: 'local', Account: account };
  return {
    status: 200,
    headers,
    body: xmlDocument('GetCallerIdentityResponse', {
      GetCallerIdentityResult: result,
      ResponseMetadata: { RequestId },
    }),
  };
}

const headers = { 'content-type': 'text/xml' };
