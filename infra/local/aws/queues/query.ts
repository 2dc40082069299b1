import type { AwsService } from '../service.ts';
import type { XmlValue } from '../xml.ts';

/** Parameters that are numbers in JSON; in a form everything is text. */
const numbers = ['MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds', 'DelaySeconds', 'MaxResults'];
/** Lists of a form, `AttributeName.1`, by their names in JSON. */
const lists: Record<string, string> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
};

/**
 * SQS by forms and XML, as clients of before 2024 speak it, e.g. version 2.9 of the aws CLI: the same operations, other
 * names on the wire.
 */
export async function callQueuesByForm(queues: AwsService, action: string, form: URLSearchParams): Promise<XmlValue> {
  const parameters = [...form].filter(([name]) => name !== 'Action' && name !== 'Version');
  return answerOf(action, await queues.call(action, inputOf(parameters)));
}

type Parameters = [name: string, value: string][];

function inputOf(parameters: Parameters): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const nested = new Map<string, Map<string, Parameters>>();
  for (const [name, value] of parameters) {
    const [, list, index, rest = ''] = /^(\w+)\.(\d+)(?:\.(.+))?$/.exec(name) ?? [];
    if (list === undefined || index === undefined) {
      input[name] = numbers.includes(name) ? Number(value) : value;
      continue;
    }
    const items = nested.get(list) ?? new Map<string, Parameters>();
    items.set(index, [...(items.get(index) ?? []), [rest, value]]);
    nested.set(list, items);
  }
  for (const [list, items] of nested) Object.assign(input, listOf(list, [...items.values()]));
  return input;
}

function listOf(list: string, items: Parameters[]): Record<string, unknown> {
  const plain = lists[list];
  if (plain !== undefined) return { [plain]: items.flat().map(([, value]) => value) };
  return list === 'MessageAttribute' ? { MessageAttributes: attributesOf(items) } : { Entries: items.map(inputOf) };
}

/** `MessageAttribute.1.Name` and `MessageAttribute.1.Value.StringValue`. */
const attributesOf = (items: Parameters[]): Record<string, unknown> =>
  Object.fromEntries(
    items.map((item) => {
      const value = item.filter(([name]) => name.startsWith('Value.')).map(([name, text]) => [name.slice(6), text]);
      return [item.find(([name]) => name === 'Name')?.[1] ?? '', Object.fromEntries(value)];
    }),
  );

/** Names of lists and maps in the XML, which repeats an element where JSON has a list. */
function answerOf(action: string, answer: unknown): XmlValue {
  const elements: Record<string, string> = {
    QueueUrls: 'QueueUrl',
    Messages: 'Message',
    Attributes: 'Attribute',
    MessageAttributes: 'MessageAttribute',
    Successful: `${action}ResultEntry`,
    Failed: 'BatchResultErrorEntry',
  };
  const rename = (value: unknown): XmlValue => {
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return typeof value === 'number' ? value : String(value);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const isMap = name === 'Attributes' || name === 'MessageAttributes';
        return [elements[name] ?? name, isMap ? pairs(inner, rename) : rename(inner)];
      }),
    );
  };
  return rename(answer);
}

const pairs = (map: object, rename: (value: unknown) => XmlValue): XmlValue =>
  Object.entries(map).map(([Name, value]) => ({ Name, Value: rename(value) }));
