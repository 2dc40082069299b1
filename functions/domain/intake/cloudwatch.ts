import { fingerprintOfKey } from '../alert/fingerprint.ts';
import { type AlarmPlace, alarmLinks, metricsOfEvent, metricsOfTrigger } from './cloudwatch-alarm.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, keyOf, textsOf } from './path.ts';

const name = 'cloudwatch';
const statuses = new Map<string, Draft['status']>([
  ['ALARM', 'firing'],
  ['OK', 'resolved'],
  ['INSUFFICIENT_DATA', 'unknown'],
]);
const STATES = '"ALARM", "OK" or "INSUFFICIENT_DATA"';
const noChange = { nothing: { code: 'no_change', message: 'The state of the alarm has not changed.' } } as const;

/**
 * CloudWatch alarms: the event of EventBridge, or the `Message` of an SNS notification. One alarm has one key in both.
 */
export const cloudwatch: Format = {
  name,
  recognises: ({ source, detail, AlarmName, NewStateValue }) =>
    (source === 'aws.cloudwatch' && isObject(detail)) || (AlarmName !== undefined && NewStateValue !== undefined),
  read: (body) => (body.NewStateValue === undefined ? ofEvent(body) : ofNotification(body)),
  // Only an event has one; that of a notification stands outside of its message.
  deliveryKey: ({ id }) => keyOf(id),
};

function ofEvent(body: JsonObject) {
  const fields = fieldsOf(body);
  if (fields.text('detail-type')?.includes('Configuration')) return noChange;
  const state = fields.text('detail.state.value');
  const status = statuses.get(state ?? '');
  if (status === undefined) return lacks(['detail', 'state', 'value'], STATES);
  const before = fields.text('detail.previousState.value');
  if (state === before) return noChange;
  const alarm = fields.text('detail.alarmName');
  const place = placeOf(fields.text('resources.0'), fields.text('account'), fields.text('region'), alarm);
  if (!place) return lacks(['resources'], 'a list with the ARN of the alarm');
  const tags = textsOf(fields.object('detail.alarmTags'));
  const { dimensions, ...metrics } = metricsOfEvent(fields.list('detail.configuration.metrics'));
  return draftsOf(place, {
    status,
    contributor: fields.key('detail.alarmContributor.id'),
    contributed: textsOf(fields.object('detail.alarmContributor.attributes')),
    description: fields.text('detail.configuration.description'),
    reason: fields.text('detail.state.reason'),
    changedAt: fields.instant('detail.state.timestamp'),
    tags,
    dimensions,
    metadata: {
      ...given('previousState', before),
      ...given('reasonData', fields.text('detail.state.reasonData')),
      ...given('alarmRule', fields.text('detail.configuration.alarmRule')),
      ...given('suppressedBy', fields.text('detail.state.actionsSuppressedBy')),
      ...given('mutedBy', fields.text('detail.muteDetail.mutedByArn')),
      ...given('eventId', fields.text('id')),
      ...given('previouslyChangedAt', fields.instant('detail.previousState.timestamp')),
      ...metrics,
    },
    fields,
    known: ['version', 'time', 'source', 'detail-type'],
  });
}

function ofNotification(body: JsonObject) {
  const fields = fieldsOf(body);
  const state = fields.text('NewStateValue');
  const status = statuses.get(state ?? '');
  if (status === undefined) return lacks(['NewStateValue'], STATES);
  const before = fields.text('OldStateValue');
  if (state === before) return noChange;
  const alarm = fields.text('AlarmName');
  const place = placeOf(fields.text('AlarmArn'), fields.text('AWSAccountId'), fields.text('Region'), alarm);
  if (!place) return lacks(['AlarmArn'], 'the ARN of the alarm');
  const { dimensions, ...metrics } = metricsOfTrigger(fields.object('Trigger'));
  return draftsOf(place, {
    status,
    contributor: fields.key('AlarmContributorId'),
    contributed: textsOf(fields.object('AlarmContributorAttributes')),
    description: fields.text('AlarmDescription'),
    reason: fields.text('NewStateReason'),
    changedAt: fields.instant('StateChangeTime'),
    tags: {},
    dimensions,
    metadata: {
      ...given('previousState', before),
      ...given('alarmRule', fields.text('AlarmRule')),
      ...metrics,
    },
    fields,
    known: ['AlarmConfigurationUpdatedTimestamp', 'AlarmActions', 'OKActions', 'InsufficientDataActions'],
  });
}

interface StateChange {
  status: Draft['status'];
  contributor: string | undefined;
  contributed: Record<string, string>;
  description: string | undefined;
  reason: string | undefined;
  changedAt: string | undefined;
  tags: Record<string, string>;
  dimensions: Record<string, string>;
  metadata: JsonObject;
  fields: Fields;
  known: string[];
}

function draftsOf(place: AlarmPlace, change: StateChange): { drafts: Draft[] } {
  const { contributor, tags, dimensions, contributed, fields } = change;
  fields.skip(...change.known);
  const { arn, account, region } = place;
  return {
    drafts: [
      {
        status: change.status,
        title: place.name,
        message: [change.description, change.reason].filter((text) => text !== undefined).join('\n\n') || undefined,
        severity: tags.severity,
        source: name,
        service: tags.service ?? tags.Service,
        environment: tags.environment ?? tags.env,
        externalId: arn,
        fingerprint: fingerprintOfKey(name, contributor === undefined ? arn : `${arn}#${contributor}`),
        // No start: an alarm has one incident at a time, and its states may change several times before it is over.
        occurredAt: change.changedAt,
        links: alarmLinks(place),
        labels: { ...tags, ...dimensions, ...contributed, account, region },
        metadata: {
          ...change.metadata,
          ...given('changedAt', change.changedAt),
          ...given('contributor', contributor),
        },
        otherFields: fields.others(),
        facts: { alarm: arn, ...dimensions, ...contributed },
      },
    ],
  };
}

/** From the ARN, which holds account and region; or made of them. SNS gives the region only by its name for people. */
function placeOf(
  arn: string | undefined,
  account: string | undefined,
  region: string | undefined,
  alarm: string | undefined,
): AlarmPlace | undefined {
  // A pattern would not do for a name of megabytes: its matching may overflow the stack.
  const [scheme, partition, service, itsRegion, itsAccount, kind, ...itsName] = (arn ?? '').split(':');
  const isOfAlarm = scheme === 'arn' && service === 'cloudwatch' && kind === 'alarm' && itsName.join(':') !== '';
  if (arn !== undefined && isOfAlarm && partition && itsRegion && itsAccount) {
    return { arn, partition, region: itsRegion, account: itsAccount, name: alarm ?? itsName.join(':') };
  }
  if (account === undefined || region === undefined || alarm === undefined) return undefined;
  const made = `arn:aws:cloudwatch:${region}:${account}:alarm:${alarm}`;
  return { arn: made, partition: 'aws', region, account, name: alarm };
}
