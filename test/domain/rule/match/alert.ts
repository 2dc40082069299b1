import type { Alert } from '../../../../functions/domain/alert/alert.ts';

/** An alert with something in every kind of field. */
export const alert: Alert = {
  id: 'alr_1',
  relayId: 'rly_1',
  webhookId: 'whk_1',
  deliveryId: 'dlv_1',
  format: 'alertmanager',
  title: 'Checkout totals are wrong',
  message: 'Off by\none cent',
  severity: 'high',
  source: 'prometheus',
  service: 'checkout',
  environment: 'production',
  fingerprint: 'v1:0123',
  links: {},
  labels: { team: 'payments', 'app.kubernetes.io/name': 'shop', empty: ' ' },
  metadata: {
    payload: {
      region: 'eu',
      code: 503,
      retried: false,
      nothing: null,
      hosts: [{ name: 'web-1' }, { name: 'web-2' }],
      tags: ['blue', 'green'],
    },
    'dotted.name': { inner: 'x' },
  },
  startsAt: '2027-03-01T11:59:00.000Z',
  createdAt: '2027-03-01T12:00:00.000Z',
  updatedAt: '2027-03-01T12:00:00.000Z',
};
