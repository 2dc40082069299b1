const installation = { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' };
const application = { type: 'application', id: 'sentry', name: 'Sentry' };

export const sentryEvent = (changes: object = {}): object => ({
  event_id: 'e4874d664c3540c1a32eab185f12c5ab',
  title: 'TypeError: total is undefined',
  culprit: 'checkout.totals in sum',
  level: 'error',
  platform: 'node',
  project: 4509,
  project_slug: 'shop',
  release: 'shop@2.4.1',
  environment: 'production',
  datetime: '2027-03-01T11:59:00.000000Z',
  tags: [
    ['browser', 'Firefox 128'],
    ['server_name', 'shop-1'],
    ['user', 'ip:203.0.113.7'],
    ['user.email', 'jane@example.com'],
  ],
  exception: {
    values: [
      {
        type: 'TypeError',
        value: 'total is undefined',
        stacktrace: {
          frames: [
            { function: 'main', filename: 'src/main.ts', lineno: 3, colno: 1, vars: { password: 'hunter2' } },
            { function: 'sum', filename: 'src/totals.ts', lineno: 41, colno: 9 },
          ],
        },
      },
    ],
  },
  request: { url: 'https://shop.example.com/cart', headers: [['Cookie', 'session=s3cr3t']] },
  user: { id: '77', email: 'jane@example.com', ip_address: '203.0.113.7' },
  contexts: { device: { name: 'Phone of Jane' } },
  issue_id: '1170820242',
  issue_url: 'https://sentry.example.com/api/0/organizations/acme/issues/1170820242/',
  url: 'https://sentry.example.com/api/0/projects/acme/shop/events/e4874d664c3540c1a32eab185f12c5ab/',
  web_url: 'https://sentry.example.com/organizations/acme/issues/1170820242/events/e4874d664c3540c1a32eab185f12c5ab/',
  ...changes,
});

/** `Sentry-Hook-Resource: event_alert`. */
export const sentryEventAlert = (changes: object = {}): object => ({
  action: 'triggered',
  actor: application,
  installation,
  data: { event: sentryEvent(changes), triggered_rule: 'Errors of the checkout', issue_alert: { title: 'Errors' } },
});

/** `Sentry-Hook-Resource: issue`. */
export const sentryIssue = (action: string, changes: object = {}): object => ({
  action,
  actor: { type: 'user', id: 789, name: 'Jane Doe' },
  installation,
  data: {
    issue: {
      id: '1170820242',
      shortId: 'SHOP-7',
      title: 'TypeError: total is undefined',
      culprit: 'checkout.totals in sum',
      level: 'fatal',
      status: 'unresolved',
      substatus: 'new',
      statusDetails: { inRelease: 'shop@2.4.2', actor: { name: 'Jane Doe' } },
      assignedTo: { type: 'user', name: 'Jane Doe', email: 'jane@example.com' },
      count: '3',
      userCount: 2,
      firstSeen: '2027-02-01T10:00:00Z',
      lastSeen: '2027-03-01T11:59:00Z',
      project: { id: '4509', slug: 'shop', name: 'Shop' },
      metadata: { type: 'TypeError', value: 'total is undefined' },
      ...changes,
    },
  },
});

/** `Sentry-Hook-Resource: metric_alert`. */
export const sentryMetricAlert = (action: string, changes: object = {}): object => ({
  action,
  actor: application,
  installation,
  data: {
    metric_alert: {
      id: '44123',
      identifier: '12',
      status: 20,
      projects: ['shop'],
      alert_rule: { id: '9', name: 'Slow checkout', query: 'transaction:/cart', aggregate: 'p95()', time_window: 10 },
      date_started: '2027-03-01T11:50:00Z',
      date_closed: null,
      ...changes,
    },
    description_title: 'Critical: Slow checkout',
    description_text: '2.1 seconds (p95) in the last 10 minutes',
    web_url: 'https://sentry.example.com/organizations/acme/alerts/rules/details/9/',
  },
});

export const sentryInstallation = (): object => ({
  action: 'created',
  actor: { type: 'user', id: 789, name: 'Jane Doe' },
  installation,
  data: { installation: { app: { slug: 'opencode-relay' }, code: 'c0de', status: 'pending', ...installation } },
});

export const sentryComment = (): object => ({
  action: 'created',
  installation,
  data: { comment_id: '12', comment: 'looking', issue_id: '1170820242', project_slug: 'shop' },
});
