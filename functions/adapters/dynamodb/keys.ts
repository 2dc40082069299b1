import { createHash } from 'node:crypto';

/**
 * Keys of the one table. Every list is a query on one partition; nothing on the alert path shares a key between alerts,
 * except the relay's own rules and webhook, which are read only.
 *
 * | row         | pk                     | sk                        |
 * |-------------|------------------------|---------------------------|
 * | relay       | RELAYS                 | relay id                  |
 * | webhook     | RELAY#relay id         | WEBHOOK#webhook id        |
 * | hook key    | HOOK#sha256 of the key | HOOK                      |
 * | rule        | RELAY#relay id         | RULE#rule id              |
 * | integration | INTEGRATIONS           | integration id            |
 * | alert       | ALERT#alert id         | ALERT                     |
 * | decision    | ALERT#alert id         | DECISION#rule id#reason   |
 * | incident    | INCIDENT#digest        | INCIDENT                  |
 * | job         | JOB#job id             | JOB                       |
 */
export const keys = {
  relays: 'RELAYS',
  relay: (id: string) => ({ pk: 'RELAYS', sk: id }),
  relayPartition: (relayId: string) => `RELAY#${relayId}`,
  webhookPrefix: 'WEBHOOK#',
  webhook: (relayId: string, id: string) => ({
    pk: `RELAY#${relayId}`,
    sk: `WEBHOOK#${id}`,
  }),
  hook: (webhookKey: string) => ({
    pk: `HOOK#${sha256(webhookKey)}`,
    sk: 'HOOK',
  }),
  rulePrefix: 'RULE#',
  rule: (relayId: string, id: string) => ({
    pk: `RELAY#${relayId}`,
    sk: `RULE#${id}`,
  }),
  integrations: 'INTEGRATIONS',
  integration: (id: string) => ({ pk: 'INTEGRATIONS', sk: id }),
  alertPartition: (id: string) => `ALERT#${id}`,
  alert: (id: string) => ({ pk: `ALERT#${id}`, sk: 'ALERT' }),
  decisionPrefix: 'DECISION#',
  decisionsOfRule: (ruleId: string) => `DECISION#${ruleId}#`,
  decision: (alertId: string, ruleId: string, reason: string) => ({
    pk: `ALERT#${alertId}`,
    sk: `DECISION#${ruleId}#${reason}`,
  }),
  incident: (relayId: string, fingerprint: string) => ({
    pk: `INCIDENT#${sha256(`${relayId}\n${fingerprint}`)}`,
    sk: 'INCIDENT',
  }),
  job: (id: string) => ({ pk: `JOB#${id}`, sk: 'JOB' }),
} as const;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
