import { reads } from '../../ports/reads.ts';
import type { AuditTrail } from '../../ports.ts';
import { audited, type Subject } from './audited.ts';
import type { ManageDeps } from './routes.ts';

/** The same ports, whose changes are noted in the audit trail. A password is noted as written, never digested. */
export const auditedDeps = (deps: ManageDeps, trail: AuditTrail): ManageDeps => ({
  ...deps,
  relays: auditedRelays(deps, trail),
  webhooks: audited(
    { trail, kind: 'webhook', reads: reads.webhooks, read: (subject) => webhook(deps, subject) },
    deps.webhooks,
  ),
  rules: audited(
    { trail, kind: 'rule', reads: reads.rules, read: ({ relayId, id }) => deps.rules.get(relayId ?? '', id) },
    deps.rules,
  ),
  integrations: audited(
    { trail, kind: 'integration', reads: reads.integrations, read: ({ id }) => deps.integrations.get(id) },
    deps.integrations,
  ),
  alerts: audited({ trail, kind: 'alert', reads: reads.alerts, read: ({ id }) => deps.alerts.get(id) }, deps.alerts),
  responders: audited(
    { trail, kind: 'responder', reads: reads.responders, read: (subject) => responder(deps, subject) },
    deps.responders,
  ),
  decisions: auditedDecisions(deps, trail),
  jobs: audited({ trail, kind: 'job', reads: reads.jobs, read: ({ id }) => deps.jobs.get(id) }, deps.jobs),
  executions: audited({ trail, kind: 'execution' }, deps.executions),
  stopper: audited({ trail, kind: 'execution' }, deps.stopper),
  stormStopper: audited({ trail, kind: 'execution' }, deps.stormStopper),
  erasedRows: auditedErasure(deps, trail),
  guards: audited(
    { trail, kind: 'repository', reads: reads.guards, read: async ({ id }) => (await deps.guards.read(id)).guard },
    deps.guards,
  ),
  switch: audited({ trail, kind: 'switch', reads: reads.switch, read: () => deps.switch.read() }, deps.switch),
  catalogue: audited(
    { trail, kind: 'catalogue', reads: reads.catalogue, read: () => deps.catalogue.current() },
    deps.catalogue,
  ),
  credentials: audited({ trail, kind: 'password' }, deps.credentials),
  webhookSecrets: audited({ trail, kind: 'webhook_secret' }, deps.webhookSecrets),
});

/** Those that a replay takes over. */
function auditedDecisions(deps: ManageDeps, trail: AuditTrail): ManageDeps['decisions'] {
  const only = { method: 'move', argument: 0 };
  return audited({ trail, kind: 'decision', read: ({ id }) => deps.decisions.listByAlert(id), only }, deps.decisions);
}

/** Each kind of row by itself: a digest of one tells nothing of the others. */
function auditedErasure(deps: ManageDeps, trail: AuditTrail): ManageDeps['erasedRows'] {
  const kinds = [
    ['alert', 'eraseAlert', ({ id }) => deps.alerts.get(id)],
    ['decision', 'eraseDecisions', ({ id }) => deps.decisions.listByAlert(id)],
    ['job', 'eraseJob', ({ id }) => deps.jobs.get(id)],
    ['storm', 'eraseStorm', ({ id }) => deps.storms.get(id)],
  ] as const satisfies [string, keyof ManageDeps['erasedRows'], (subject: Subject) => Promise<unknown>][];
  return kinds.reduce(
    (port, [kind, method, read]) => audited({ trail, kind, read, only: { method, argument: 0 } }, port),
    deps.erasedRows,
  );
}

/** A creation makes the relay's first webhook too. */
function auditedRelays(deps: ManageDeps, trail: AuditTrail): ManageDeps['relays'] {
  const relays = audited(
    { trail, kind: 'relay', reads: reads.relays, read: ({ id }) => deps.relays.get(id) },
    deps.relays,
  );
  const only = { method: 'create', argument: 1 };
  return audited({ trail, kind: 'webhook', read: (subject) => webhook(deps, subject), only }, relays);
}

const webhook = ({ webhooks }: ManageDeps, { relayId = '', id }: Subject) => webhooks.get(relayId, id);

async function responder({ responders }: ManageDeps, { id, alertId = '' }: Subject) {
  return (await responders.listByAlert(alertId)).find((each) => each.id === id);
}
