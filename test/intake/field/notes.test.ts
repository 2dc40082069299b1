import { describe, expect, test } from 'vitest';
import { alertView, alertViewSchema } from '../../../functions/api/manage/alerts/alert-view.ts';
import { sentryEventAlert } from '../../domain/intake/payloads/sentry.ts';
import { Door } from '../../support/fakes/door.ts';
import { alertmanagerBody, alertmanagerEntry } from '../../support/fakes/intake.ts';

/** Each note of the manual: a body that gives rise to it, and what `GET /v0/alerts/{id}` shows in `metadata.intake`. */
const notes: [note: string, body: object, shown: object][] = [
  ['a severity word that is in no table', { title: 'x', severity: 'sparkling' }, { severity: 'sparkling' }],
  ['a field that the format does not know', { title: 'x', foo: 1 }, { otherFields: { foo: 1 } }],
  ['what tells of a person', sentryEventAlert({ user: { id: 1 } }), { dropped: expect.arrayContaining(['user']) }],
  ['what was given as a link, and is none', { title: 'x', links: { a: 'no link' } }, { otherLinks: { a: 'no link' } }],
  [
    'labels for which there was no room',
    { title: 'x', labels: Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`label${n}`, 'value'])) },
    { leftOut: { labels: expect.any(Number) } },
  ],
  [
    'a field of the sender that is called as the notes are',
    { title: 'x', metadata: { intake: 1 } },
    { otherFields: { 'metadata.intake': 1 } },
  ],
];

describe('what intake noted of an alert is shown through the API', () => {
  test.each(notes)('%s', async (_, body, shown) => {
    const door = new Door();
    await door.post(body);
    const [alert] = door.alerts;
    const view = alert && alertView(alert);
    expect(alertViewSchema.safeParse(JSON.parse(JSON.stringify(view))).error).toBeUndefined();
    expect(view?.metadata.intake).toMatchObject(shown);
    expect(view?.metadata.intake).toMatchObject({ relayId: 'rly_1', labels: alert?.labels, links: alert?.links });
  });

  test('Alertmanager kept alerts back: on each alert', async () => {
    const door = new Door();
    await door.post(alertmanagerBody([alertmanagerEntry()], { truncatedAlerts: 3 }));
    const [alert] = door.alerts;
    expect(alert && alertView(alert).metadata).toMatchObject({ truncatedAlerts: 3 });
  });
});
