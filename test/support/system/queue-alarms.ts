import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isFiredAt } from '../alarm-firing.ts';
import { sharedAlarms } from './shared-alarms.ts';
import { awsOptions } from './system.ts';

const visible = 'ApproximateNumberOfMessages';

/** Names of the alarms that fire by what lies in the queues of a stack at this moment, as SQS counts it. */
export async function firedByQueues(endpoint: string): Promise<string[]> {
  const client = new SQSClient(awsOptions(endpoint));
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
  const countIn = async (logicalId: string): Promise<number> => {
    const QueueUrl = QueueUrls.find((url) => url.includes(logicalId));
    // A stack without doors for alarms has none of theirs.
    if (QueueUrl === undefined) return 0;
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [visible] });
    return Number((await client.send(command)).Attributes?.[visible]);
  };
  const fired: string[] = [];
  for (const alarm of (await sharedAlarms()).values()) {
    const [series] = alarm.series;
    if (series?.MetricName !== 'ApproximateNumberOfMessagesVisible') continue;
    const [, logicalId = ''] = /^<(\w+)\.QueueName>$/.exec(series.Dimensions.QueueName ?? '') ?? [];
    if (isFiredAt(alarm, await countIn(logicalId))) fired.push(alarm.name);
  }
  return fired;
}
