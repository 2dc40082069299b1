/** Of all counts that the functions write, beside the dimension `stack`: alarms and dashboards look for them there. */
export const metricNamespace = 'OpencodeRelay';
export const metricService = 'opencode-relay';

/** Codes of `DeliveriesRefused` by which a sender has not shown who it is, answered with 401. */
export const unauthorizedCodes = ['missing_signature', 'bad_signature', 'stale_timestamp'] as const;

/** Kinds of `Swept`; what each means stands with the sweep. */
export const sweptKinds = [
  'sessions',
  'storms',
  'runs',
  'unstarted',
  'slots',
  'leftovers',
  'given_up',
  'failed',
] as const;
