import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type Message, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ofType, type StackView } from '../doctor/aws-checks.ts';
import { Failure } from '../failure.ts';
import { type Enders, readdressed } from './dead-letter.ts';
import type { Delivered } from './drain.ts';

/** A queue of dead letters, by the name that a person gives it. */
export const queueNames = ['deliveries', 'webhooks', 'stopped', 'alarms'] as const;
export type QueueName = (typeof queueNames)[number];

/** Construct ids, in which the template's names begin: the queue, and where its messages came from. */
const queueIds: Record<QueueName, { deadLetters: string; source?: string }> = {
  deliveries: { deadLetters: 'DeliveriesDeadLetters', source: 'DeliveriesQueue' },
  webhooks: { deadLetters: 'WebhookCallsDeadLetters', source: 'WebhookCallsQueue' },
  stopped: { deadLetters: 'StoppedDeadLetters' },
  alarms: { deadLetters: 'AlarmDeadLetters' },
};

type Looked = Pick<StackView, 'resources' | 'outputs' | 'queues' | 'lambda'>;

interface DeadLetters {
  url: string;
  /** `dry`: says only where the message would go. */
  deliver(message: Message, dry: boolean): Promise<Delivered>;
}

/** The queue of a stack, and how its messages go back. Throws Failure where it is not there. */
export function deadLettersOf(view: Looked, name: QueueName): DeadLetters {
  const { deadLetters, source } = queueIds[name];
  const url = physicalOf(view, 'AWS::SQS::Queue', deadLetters);
  if (url === undefined) throw new Failure(`The stack has no queue ${deadLetters}.`);
  if (source === undefined) return { url, deliver: (message, dry) => toFunction(view, message, dry) };
  const back = physicalOf(view, 'AWS::SQS::Queue', source);
  if (back === undefined) throw new Failure(`The stack has no queue ${source}.`);
  return { url, deliver: (message, dry) => toQueue(view.queues, { url: back, name: source }, message, dry) };
}

/** Behind the construct's id the template has eight hex digits. */
function physicalOf(view: Pick<Looked, 'resources'>, type: string, id: string): string | undefined {
  const isIt = (logical: string): boolean => logical.startsWith(id) && /^[0-9A-F]{8}$/.test(logical.slice(id.length));
  return ofType(view, type).find((each) => isIt(each.id))?.physical;
}

/** As it was, its trace with it; why it was given up stays behind. */
async function toQueue(
  queues: SQSClient,
  { url: QueueUrl, name }: { url: string; name: string },
  { Body: MessageBody, MessageAttributes = {} }: Message,
  dry: boolean,
): Promise<Delivered> {
  const { code: _, ...attributes } = MessageAttributes;
  if (!dry) await queues.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes: attributes }));
  return { to: name };
}

async function toFunction(view: Looked, { Body = '' }: Message, dry: boolean): Promise<Delivered> {
  const letter = readdressed(Body, endersOf(view));
  if ('problem' in letter) return letter;
  const name = physicalOf(view, 'AWS::Lambda::Function', `${letter.fn}Function`);
  if (name === undefined) return { problem: `the stack has no function ${letter.fn} any more` };
  const error = dry ? undefined : await errorOf(view.lambda, name, letter.event);
  return error === undefined ? { to: letter.fn } : { problem: `${letter.fn} failed: ${error}` };
}

const endersOf = ({ outputs }: Pick<Looked, 'outputs'>): Enders =>
  new Map([
    [outputs.get('StateMachineArn') ?? '', 'SessionStopped'],
    [outputs.get('RelayRunMachineArn') ?? '', 'RunStopped'],
    [outputs.get('StormMachineArn') ?? '', 'StormStopped'],
  ]);

/** Waits for the function's end. Its errors name what went wrong and no payload. */
async function errorOf(lambda: LambdaClient, FunctionName: string, event: unknown): Promise<string | undefined> {
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) });
  const { FunctionError, Payload } = await lambda.send(command);
  return FunctionError === undefined ? undefined : (Payload?.transformToString() ?? FunctionError).slice(0, 300);
}
