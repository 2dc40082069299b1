import { fingerprintOfKey } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { instantOf } from './instant.ts';
import { isObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, objectOf, textOf, textsOf } from './path.ts';
import { labelsOfTags } from './tags.ts';

const name = 'opsgenie';
const statuses = new Map<string, Draft['status']>([
  ['create', 'firing'],
  ['acknowledge', 'acknowledged'],
  ['unacknowledge', 'unacknowledged'],
  ['close', 'resolved'],
  ['delete', 'resolved'],
]);

/** The webhook of Opsgenie and of Jira Service Management's operations: one action on one alert. */
export const opsgenie: Format = {
  name,
  hint: 'A custom payload of the integration is a possible cause: switch it off.',
  recognises: ({ action, alert }) =>
    typeof action === 'string' && isObject(alert) && (alert.alertId !== undefined || alert.alias !== undefined),
  read(body) {
    const action = textOf(body.action);
    if (action === undefined) return lacks(['action'], 'text');
    const fields = fieldsOf(objectOf(body.alert));
    const [alias, id] = [fields.key('alias'), fields.key('alertId')];
    const key = alias ?? id;
    if (key === undefined) return lacks(['alert', 'alertId'], 'the id of the alert');
    const [details, labels] = [textsOf(fields.object('details')), labelsOfTags(fields.list('tags'))];
    const teams = fields.list('teams').flatMap((team) => textOf(team) ?? []);
    fields.skip('username', 'userId', 'recipients', 'responders', 'insertedAt');
    return {
      drafts: [
        {
          status: statuses.get(action.trim().toLowerCase()) ?? 'update',
          title: fields.text('message') ?? `Opsgenie alert ${key}`,
          message: fields.text('description'),
          severity: fields.text('priority'),
          source: name,
          service: details.service ?? labels.service ?? fields.text('entity'),
          environment: details.environment ?? details.env ?? labels.environment ?? labels.env,
          externalId: key,
          fingerprint: fingerprintOfKey(name, key),
          // An alert is never opened again: the next one of an alias is made anew.
          startsAt: fields.instant('createdAt'),
          occurredAt: atOfAction(fields.text('updatedAt')),
          links: {},
          labels: { ...labels, ...details },
          metadata: {
            action,
            ...fields.texts('tinyId', 'entity'),
            ...given('alertId', id),
            ...given('sender', fields.text('source')),
            ...given('integration', textOf(body.integrationName)),
            ...(teams.length > 0 && { teams }),
          },
          otherFields: fields.others(),
          dropped: ['username', 'userId', 'recipients', 'responders'].filter((field) =>
            Object.hasOwn(objectOf(body.alert), field),
          ),
        },
      ],
    };
  },
};

/** In nanoseconds; milliseconds are exact enough, and all that a double holds of it. */
const atOfAction = (nanoseconds: string | undefined): string | undefined =>
  nanoseconds === undefined || !/^\d{19}$/.test(nanoseconds) ? undefined : instantOf(nanoseconds.slice(0, 13));
