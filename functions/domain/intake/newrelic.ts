import { fingerprintOfKey } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { instantOf } from './instant.ts';
import type { JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { textOf } from './path.ts';

const name = 'newrelic';
/** New Relic sends what its user writes; our template says by this field that it is ours. */
const TEMPLATE = 'newrelic/1';
/** What makes an active issue fire. All other triggers tell of an issue that has fired already. */
const FIRING_TRIGGER = 'STATE_CHANGE';

/** New Relic's workflow webhook, with our template or its own default one: one issue. */
export const newrelic: Format = {
  name,
  hint: "The template of the workflow's webhook is a possible cause: paste the one from the README again, whole.",
  recognises: (body) => (typeof body.template === 'string' && body.template.startsWith('newrelic/')) || isDefault(body),
  read(given) {
    const body = isDefault(given) ? inOurWords(given) : given;
    if (body.template !== TEMPLATE) return lacks(['template'], `"${TEMPLATE}"`);
    const fields = fieldsOf(body);
    const issue = fields.key('issueId');
    if (issue === undefined) return lacks(['issueId'], 'the id of the issue');
    const [state, trigger] = [upper(fields.text('state')), upper(fields.text('triggerEvent'))];
    const status = statusOf(state, trigger);
    const muting = upper(fields.text('mutingState'));
    if (status !== 'resolved' && (muting === 'MUTED' || muting === 'FULLY_MUTED')) {
      return { nothing: { code: 'muted', message: 'The issue is muted in New Relic.' } };
    }
    const [entities, conditions] = [texts(fields.list('entities')), texts(fields.list('conditions'))];
    const policies = texts(fields.list('policies'));
    fields.skip('template');
    const draft: Draft = {
      status,
      title: fields.text('title') ?? conditions[0] ?? `New Relic issue ${issue}`,
      message: texts(fields.list('descriptions')).join('\n') || undefined,
      severity: fields.text('priority'),
      source: name,
      service: entities[0],
      externalId: issue,
      fingerprint: fingerprintOfKey(name, issue),
      // An issue is never opened again, so its making is the start of its only occurrence.
      startsAt: fields.instant('createdAt'),
      occurredAt: instantOf(fields.text('updatedAt')),
      links: fields.texts('issueUrl'),
      labels: {},
      metadata: {
        ...fields.texts('state', 'triggerEvent', 'mutingState', 'totalIncidents', 'updatedAt', 'workflow', 'accountId'),
        ...(entities.length > 0 && { entities }),
        ...(conditions.length > 0 && { conditions }),
        ...(policies.length > 0 && { policies }),
      },
      otherFields: fields.others(),
    };
    return { drafts: [draft] };
  },
};

/** The payload that a workflow's webhook has before anybody edits it. */
const isDefault = ({ template, id, issueUrl, state, trigger }: JsonObject): boolean =>
  template === undefined && [id, issueUrl, state, trigger].every((field) => field !== undefined);

const ourNames = new Map([
  ['id', 'issueId'],
  ['trigger', 'triggerEvent'],
  ['impactedEntities', 'entities'],
  ['alertPolicyNames', 'policies'],
  ['alertConditionNames', 'conditions'],
  ['workflowName', 'workflow'],
]);

const inOurWords = (body: JsonObject): JsonObject => ({
  template: TEMPLATE,
  ...Object.fromEntries(Object.entries(body).map(([field, value]) => [ourNames.get(field) ?? field, value])),
});

function statusOf(state: string, trigger: string): Draft['status'] {
  if (state === 'CLOSED') return 'resolved';
  return trigger === FIRING_TRIGGER && (state === 'CREATED' || state === 'ACTIVATED') ? 'firing' : 'update';
}

const upper = (text: string | undefined): string => (text ?? '').trim().toUpperCase();

const texts = (list: Parameters<typeof textOf>[0][]): string[] => list.flatMap((value) => textOf(value) ?? []);
