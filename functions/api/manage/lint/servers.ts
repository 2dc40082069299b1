import type { LintIssue } from '../../../contract/lint.ts';
import type { ServerFindings } from '../../../contract/server-check.ts';
import { configWith } from '../../../domain/catalogue/apply-entry.ts';
import { type Catalogue, entriesOf } from '../../../domain/catalogue/catalogue.ts';
import { asksCatalogue } from '../../../domain/decision/choose-entry.ts';
import { sessionOf } from '../../../domain/job/execution-input.ts';
import type { AgentConfig, Rule } from '../../../domain/rule/rule.ts';
import { readConfig } from '../../../domain/rule/rule-config.ts';
import { errorNameOf } from '../../../domain/task/errors.ts';
import type { EndpointPolicy, Log, RepositoryGuards, ServerChecks } from '../../../ports.ts';
import { issuesOfGitFolder } from './git-folder.ts';
import { issue } from './issue.ts';
import type { Stored } from './stored.ts';

export interface LiveDeps {
  servers: ServerChecks;
  endpoints: EndpointPolicy;
  guards: Pick<RepositoryGuards, 'read'>;
  log: Log;
}

interface Checked {
  rule: Rule;
  config: AgentConfig;
  /** Whose config it is, for a sentence: the rule's, or that of an entry of the catalogue which it asks. */
  named: string;
  /** The rule's first at its server: of the others it is not said that the server is well. */
  isFirst: boolean;
  /** Where the password may go, as far as the integration's row tells. */
  origins: string[];
}

/**
 * What the servers of the rules say now. Not asked is what could not start anyway: see `issuesOfStored`. A check that
 * fails by our own fault is an issue too, so that the rest of the answer is not lost.
 */
export async function issuesOfServers(
  { servers, endpoints, guards, log }: LiveDeps,
  { rules, integrations, catalogue }: Pick<Stored, 'rules' | 'integrations' | 'catalogue'>,
): Promise<LintIssue[]> {
  const checked = rules
    .flatMap((rule) => configsOf(rule, catalogue))
    .flatMap((each): Checked[] => {
      const integration = integrations.get(each.config.integrationId);
      const isCalled = endpoints.refusal(each.config.endpoint, 'agent') === undefined;
      return integration && isCalled ? [{ ...each, origins: integration.binding?.origins ?? [] }] : [];
    });
  if (checked.length === 0) return [];
  try {
    const findings = await servers.check(
      checked.map(({ named: ruleName, config, origins }) => {
        const { integrationId, endpoint, model, agent, directory, workspace, permissions } = sessionOf(config);
        const asked = { integrationId, endpoint, model, agent, directory, workspace, permissions };
        return { ...asked, origins, ruleName };
      }),
    );
    const ofFolders = await Promise.all(
      checked.map(({ rule, config }, index) =>
        issuesOfGitFolder({ guards }, { rule, endpoint: sessionOf(config).endpoint }, findings[index]?.repository),
      ),
    );
    return checked.flatMap((each, index) => [...issuesOf(each, findings[index]), ...(ofFolders[index] ?? [])]);
  } catch (error) {
    log.warn('Servers not checked', { error: errorNameOf(error) });
    return checked.flatMap((each) => issuesOf(each, undefined));
  }
}

/** Of the entries of one catalogue, those whose servers are asked: a call to check all may take 8 s. */
const MOST_ENTRIES = 100;

/** What sessions of the rule would be started with: its config, or that of each entry that says another. */
function configsOf(rule: Rule, catalogue: Catalogue | undefined): Omit<Checked, 'origins'>[] {
  const read = readConfig(rule);
  if (!rule.enabled || !read.ok) return [];
  const { config } = read;
  const entries = asksCatalogue(config) ? entriesOf(catalogue) : [];
  const ofEntries = entries.slice(0, MOST_ENTRIES).map((entry) => ({
    ...{ rule, config: configWith(config, entry) },
    named: `${rule.name}", entry "${entry.name}`,
  }));
  const all = ofEntries.length > 0 ? ofEntries : [{ rule, config, named: rule.name }];
  // What two of them have in common is asked once, for the first of them.
  const asked = firstOf(all, (each) => JSON.stringify(sessionOf(each.config)));
  const atServers = new Set(
    firstOf(asked, ({ config: { integrationId, endpoint } }) => `${integrationId} ${endpoint}`),
  );
  return asked.map((each) => ({ ...each, isFirst: atServers.has(each) }));
}

function firstOf<Value>(values: Value[], keyOf: (value: Value) => string): Value[] {
  const first = new Map(values.toReversed().map((each) => [keyOf(each), each]));
  return values.filter((each) => first.get(keyOf(each)) === each);
}

const notChecked: ServerFindings = {
  version: null,
  problems: [{ code: 'server_not_checked', message: 'The check of its server failed or took too long. Try again.' }],
};

function issuesOf({ rule, config, named, isFirst }: Checked, { version, problems } = notChecked): LintIssue[] {
  const { origin } = new URL(config.endpoint);
  const where = { relayId: rule.relayId, ruleId: rule.id };
  const details = { endpoint: origin, ...(version !== null && { version }) };
  const reached = `Rule "${named}": ${origin} is OpenCode ${version} and takes the password.`;
  return [
    ...(version === null || !isFirst ? [] : [issue('rule.server_reached', reached, { ...where, details })]),
    ...problems.map(({ code, message }) => issue(`rule.${code}`, `Rule "${named}": ${message}`, { ...where, details })),
  ];
}
