import { callKeyPrefix, deliveryKeyPrefix, rateKeyPrefix } from '../../contract/table.ts';
import { sha256 } from '../../domain/text/digest.ts';

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
 * | responder   | ALERT#alert id         | RESPONDER#responder id    |
 * | incident    | INCIDENT#digest        | INCIDENT                  |
 * | job         | JOB#job id             | JOB                       |
 * | rate        | RATE#caller#window     | RATE                      |
 * | delivery    | DELIVERY#delivery id   | DELIVERY                  |
 * | call        | CALLS#alert id         | call id                   |
 * | creation    | CREATE#digest          | CREATE                    |
 * | progress    | JOB#job id             | PROGRESS                  |
 * | window      | WINDOW#rule id         | WINDOW                    |
 * | storm       | STORM#storm id         | STORM                     |
 * | held alerts | STORM#storm id         | HELD#digest               |
 * | the same, in a storm | STORM#storm id#HELD#part | HELD#digest         |
 * | title       | TITLE#digest           | TITLE                     |
 * | last job    | INCIDENT#digest        | RULE#rule id              |
 * | budget      | BUDGET#scope#day       | BUDGET                    |
 * | the same, one job | BUDGET#scope#day#job id | JOB                  |
 * | slots       | SLOTS#integration id   | SLOTS                     |
 * | repository  | REPOSITORY#repository | REPOSITORY                |
 * | switch      | SWITCH                 | SWITCH                    |
 * | catalogue   | CATALOGUE              | CATALOGUE                 |
 * | the same, one version | CATALOGUE#version | VERSION              |
 * | sweep       | SWEEP                  | SWEEP                     |
 * | change      | CHANGE#request id      | CHANGE                    |
 * | ledger: one delivery, or one move | LEDGER#relay id#day#name | ACCOUNT    |
 * | ledger: sums, in parts  | LEDGER#relay id#day#SUM#part       | SUM         |
 * | ledger: days that are over | LEDGER#relay id#DAYS            | day         |
 *
 * Rows that are listed by age stand in the index `newest` as well: alerts in ALERTS#active or ALERTS#resolved, jobs in
 * JOBS#open, JOBS#ending or JOBS#ended, storms in STORMS#open or STORMS#ended, changes in CHANGES#open until their
 * records are written, and decisions that wait in PAUSED or SCHEDULED. Each list but that of changes is spread over
 * partitions by the row's id, so that no alert waits for another one; a change of state moves the row in its write.
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
  idsOfDecision: ({ pk, sk }: { pk: string; sk: string }) => ({
    alertId: pk.slice('ALERT#'.length),
    ruleId: sk.split('#')[1] ?? '',
  }),
  callPartition: (alertId: string) => `${callKeyPrefix}${alertId}`,
  call: (alertId: string, callId: string) => ({ pk: `${callKeyPrefix}${alertId}`, sk: callId }),
  responderPrefix: 'RESPONDER#',
  responder: (alertId: string, id: string) => ({ pk: `ALERT#${alertId}`, sk: `RESPONDER#${id}` }),
  incident: (relayId: string, incident: string) => ({
    pk: `INCIDENT#${sha256(`${relayId}\n${incident}`)}`,
    sk: 'INCIDENT',
  }),
  job: (id: string) => ({ pk: `JOB#${id}`, sk: 'JOB' }),
  creation: (digest: string) => ({ pk: `CREATE#${digest}`, sk: 'CREATE' }),
  progress: (jobId: string) => ({ pk: `JOB#${jobId}`, sk: 'PROGRESS' }),
  delivery: (id: string) => ({ pk: `${deliveryKeyPrefix}${id}`, sk: 'DELIVERY' }),
  window: (ruleId: string) => ({ pk: `WINDOW#${ruleId}`, sk: 'WINDOW' }),
  stormPartition: (id: string) => `STORM#${id}`,
  storm: (id: string) => ({ pk: `STORM#${id}`, sk: 'STORM' }),
  heldPrefix: 'HELD#',
  held: (stormId: string, deliveryId: string) => ({ pk: `STORM#${stormId}`, sk: `HELD#${deliveryId}` }),
  heldInStorm: (stormId: string, id: string) => ({
    pk: `STORM#${stormId}#HELD#${partOf(id, HELD_PARTS)}`,
    sk: `HELD#${id}`,
  }),
  heldPartitions: (stormId: string): string[] =>
    Array.from({ length: HELD_PARTS }, (_, part) => `STORM#${stormId}#HELD#${part}`),
  title: (relayId: string, title: string) => ({ pk: `TITLE#${sha256(`${relayId}\n${title}`)}`, sk: 'TITLE' }),
  lastJob: (ruleId: string, incident: string) => ({
    pk: `INCIDENT#${sha256(`${ruleId}\n${incident}`)}`,
    sk: `RULE#${ruleId}`,
  }),
  budget: (scope: string, day: string) => ({ pk: `BUDGET#${scope}#${day}`, sk: 'BUDGET' }),
  budgetJob: (scope: string, day: string, jobId: string) => ({ pk: `BUDGET#${scope}#${day}#${jobId}`, sk: 'JOB' }),
  slots: (integrationId: string) => ({ pk: `SLOTS#${integrationId}`, sk: 'SLOTS' }),
  repository: (id: string) => ({ pk: `REPOSITORY#${id}`, sk: 'REPOSITORY' }),
  switch: { pk: 'SWITCH', sk: 'SWITCH' },
  /** Which version is in force. */
  catalogue: { pk: 'CATALOGUE', sk: 'CATALOGUE' },
  catalogueVersion: (version: number) => ({ pk: `CATALOGUE#${version}`, sk: 'VERSION' }),
  sweep: { pk: 'SWEEP', sk: 'SWEEP' },
  change: (requestId: string) => ({ pk: `CHANGE#${requestId}`, sk: 'CHANGE' }),
  /** One partition each: people make changes, a few at a time. */
  openChanges: 'CHANGES#open',
  endedChanges: 'CHANGES#ended',
  /** Of a delivery, `DELIVERY#id`, or of a move, `MOVE#id`. */
  ledgerAccount: (relayId: string, day: string, name: string) => ({
    pk: `LEDGER#${relayId}#${day}#${name}`,
    sk: 'ACCOUNT',
  }),
  ledgerSum: (relayId: string, day: string, part: number) => ({
    pk: `LEDGER#${relayId}#${day}#SUM#${part}`,
    sk: 'SUM',
  }),
  /** A day that is over, summed up. */
  ledgerDay: (relayId: string, day: string) => ({ pk: `LEDGER#${relayId}#DAYS`, sk: day }),
  ledgerReason: (reason: string) => `reason#${reason}`,
  ledgerMove: (from: string, to: string) => `move#${from}#${to}`,
  /** Until 2026-11 all rows of a day lay in one partition, under the same names. */
  ledgerPartition: (relayId: string, day: string) => `LEDGER#${relayId}#${day}`,
  rate: (caller: string, window: number) => ({ pk: `${rateKeyPrefix}${caller}#${window}`, sk: 'RATE' }),
  listPartitions: (list: ListName): string[] =>
    Array.from({ length: LIST_PARTS[list] }, (_, part) => `${list}#${part}`),
  listPartition: (list: ListName, id: string): string => `${list}#${partOf(id, LIST_PARTS[list])}`,
  ageOf: ({ listSk }: { listSk: string }): string => listSk.split('#')[0] ?? '',
  /** Sorts by time, then by id: `createdAt` is as `Date.toISOString` writes it. */
  listSort: ({ createdAt, id }: { createdAt: string; id: string }): string => `${createdAt}#${id}`,
} as const;

/**
 * Parts of the sums of a day. A transaction adds to one of them, for up to 99 deliveries of a batch, and is charged as
 * two writes: 100 batches a second are 3 writes a second for each part. All of them are read in one call.
 */
export const LEDGER_PARTS = 64;

/** `JOBS#ending`: has ended, and its server is to be cleared, or its audit record to be written. */
export type ListName =
  | 'ALERTS#active'
  | 'ALERTS#resolved'
  | 'ALERTS#expiring'
  | 'JOBS#open'
  | 'JOBS#ending'
  | 'JOBS#ended'
  | 'JOBS#expiring'
  | 'STORMS#open'
  | 'STORMS#ended'
  | 'PAUSED'
  | 'SCHEDULED';

/**
 * Partitions of what a storm holds. A row of a hundred alerts is ten writes: a hundred rows a second are 31 writes a
 * second for each.
 */
const HELD_PARTS = 32;

/**
 * Partitions of each list. An index partition takes 1,000 writes a second, and one that is full holds up the table:
 * sixteen take 10,000 new alerts a second at 62 % of that, and a list of them is 16 queries and a read of its rows; of
 * open and resolved ones together it is twice that. The others have few rows: a stack starts 300 executions a second.
 * More partitions than a list had before are found with those that it had.
 */
const LIST_PARTS: Record<ListName, number> = {
  'ALERTS#active': 16,
  'ALERTS#resolved': 16,
  'ALERTS#expiring': 8,
  'JOBS#open': 8,
  'JOBS#ending': 8,
  'JOBS#ended': 8,
  'JOBS#expiring': 8,
  'STORMS#open': 8,
  'STORMS#ended': 8,
  PAUSED: 8,
  SCHEDULED: 8,
};

const partOf = (id: string, parts: number): number => Number.parseInt(sha256(id).slice(0, 8), 16) % parts;
