import type { ServerFindings, ServerToCheck } from '../../../functions/contract/server-check.ts';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import type { AlertStore, EndpointPolicy, Log, ServerChecks } from '../../../functions/ports.ts';
import { late } from './late.ts';

/** Allows every address but `http://` ones. */
export const httpsOnly: EndpointPolicy = {
  refusal: (endpoint) => (endpoint.startsWith('https:') ? undefined : 'The server is not called: it is not https.'),
};

/** What lint and simulate look with, in memory. Servers answer as given, in order; each question is kept. */
export function fakeLooks(alerts: Alert[] = [], findings: ServerFindings[] | Error = []) {
  const asked: ServerToCheck[][] = [];
  const warnings: string[] = [];
  const incidents: Pick<AlertStore, 'get' | 'latestOf'> = late<Pick<AlertStore, 'get' | 'latestOf'>>({
    get: async (id) => alerts.find((alert) => alert.id === id),
    latestOf: async (relayId, fingerprint) =>
      alerts.findLast((alert) => alert.relayId === relayId && alert.fingerprint === fingerprint),
  });
  const servers: ServerChecks = late<ServerChecks>({
    async check(targets) {
      asked.push(targets);
      if (findings instanceof Error) throw findings;
      return findings;
    },
  });
  const log: Log = { warn: (message) => void warnings.push(message) };
  return { incidents, servers, endpoints: httpsOnly, log, asked, warnings };
}
