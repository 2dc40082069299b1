import { randomUUID } from 'node:crypto';
import type { Gatekeeper } from '../../iam/gatekeeper.ts';
import { AwsError } from '../error.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { callQueuesByForm } from '../queues/query.ts';
import type { AwsService } from '../service.ts';
import type { Stacks } from '../stacks.ts';
import type { Topics } from '../topics.ts';
import { type XmlValue, xmlDocument } from '../xml.ts';
import { queryErrorNames } from './query-error-names.ts';

interface FormServices {
  gatekeeper?: Pick<Gatekeeper, 'checkOther'> | undefined;
  account: string;
  sqs: AwsService;
  /** Absent: there is no SNS. */
  topics?: Pick<Topics, 'call'> | undefined;
  /** Absent: there is no CloudFormation. */
  stacks?: Pick<Stacks, 'call'> | undefined;
}

type Call = (action: string, form: URLSearchParams) => XmlValue | Promise<XmlValue>;

/** The services that speak forms and XML, by the version that every request names. */
const servicesOf = ({ account, sqs, topics, stacks }: FormServices): Record<string, Call | undefined> => ({
  '2011-06-15': (action) => callIdentity(action, account),
  '2010-03-31': topics && ((action, form) => topics.call(action, form)),
  '2010-05-15': stacks && ((action, form) => stacks.call(action, form)),
  '2012-11-05': (action, form) => callQueuesByForm(sqs, action, form),
});

/** Answers a form. What is not served is refused by its name. Errors other than AwsError are thrown. */
export async function answerForm(request: HttpRequest, services: FormServices): Promise<HttpAnswer> {
  const form = new URLSearchParams(request.body.toString());
  const action = form.get('Action') ?? '';
  const call = servicesOf(services)[form.get('Version') ?? ''];
  try {
    services.gatekeeper?.checkOther(request, action);
    if (!call) throw new AwsError('InvalidAction', `There is no action ${action} here`);
    return answer(action, await call(action, form));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const type = error.status < 500 ? 'Sender' : 'Receiver';
    const refusal = { Type: type, Code: queryErrorNames[error.type] ?? error.type, Message: error.message };
    return document(error.status, 'ErrorResponse', { Error: refusal, RequestId: randomUUID() });
  }
}

/** STS: the first thing that tools ask. */
function callIdentity(action: string, account: string): XmlValue {
  if (action === 'GetCallerIdentity') {
    return { Arn: `arn:aws:iam::${account}:user/local`, UserId: 'local', Account: account };
  }
  throw new AwsError('InvalidAction', `There is no action ${action} here`);
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
