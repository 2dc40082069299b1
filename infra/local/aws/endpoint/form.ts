import { randomUUID } from 'node:crypto';
import { AwsError } from '../error.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import type { Topics } from '../topics.ts';
import { type XmlValue, xmlDocument } from '../xml.ts';

export interface FormServices {
  account: string;
  /** Absent: there is no SNS. */
  topics?: Pick<Topics, 'publish'> | undefined;
}

/**
 * The services that still speak forms and XML: STS GetCallerIdentity, the first thing that tools ask, and SNS Publish.
 * Other actions are refused. Errors other than AwsError are thrown.
 */
export function answerForm({ body }: HttpRequest, { account, topics }: FormServices): HttpAnswer {
  const form = new URLSearchParams(body.toString());
  const action = form.get('Action');
  try {
    if (action === 'GetCallerIdentity') {
      return answer(action, { Arn: `arn:aws:iam::${account}:user/local`, UserId: 'local', Account: account });
    }
    if (action === 'Publish' && topics) {
      const text = (name: string): string => form.get(name) ?? '';
      return answer(action, {
        MessageId: topics.publish(text('TopicArn'), text('Message'), form.get('Subject') ?? undefined),
      });
    }
    throw new AwsError('InvalidAction', `There is no action ${action} here`);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const refusal = { Type: 'Sender', Code: error.type, Message: error.message };
    return document(error.status, 'ErrorResponse', { Error: refusal, RequestId: randomUUID() });
  }
}

const answer = (action: string, result: XmlValue): HttpAnswer =>
  document(200, `${action}Response`, {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: randomUUID() },
  });

const document = (status: number, name: string, value: XmlValue): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: xmlDocument(name, value),
});
