/** Axiom's own default template. */
export const axiomBody = (action: string, changes: object = {}): object => ({
  action,
  event: {
    monitorID: 'CabI3w142069etTgd0',
    body: 'Errors of the checkout: 131 above 100.',
    description: 'More errors than usual.',
    title: 'Checkout errors',
    queryStartTime: '2027-03-01 11:54:00 +0000 UTC',
    queryEndTime: '2027-03-01 11:59:00 +0000 UTC',
    timestamp: '2027-03-01 11:59:00 +0000 UTC',
    value: 131,
    matchedEvent: null,
    groupKeys: ['service', 'region'],
    groupValues: ['checkout', 'eu-west-1'],
    ...changes,
  },
});

/** The shape that the public contract describes. */
export const axiomMonitorBody = (state: string, changes: object = {}): object => ({
  monitor: { id: 'mon_7', name: 'Checkout errors', description: 'More errors than usual.', query: "['shop'] | count" },
  alert: { state, value: 131, threshold: 100, operator: 'above' },
  timestamp: '2027-03-01T11:59:00Z',
  queryUrl: 'https://app.axiom.co/acme/query?qid=7',
  dataset: 'shop',
  ...changes,
});
