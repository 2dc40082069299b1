import type { LintIssue } from '../../../contract/lint.ts';
import type { ServerFindings } from '../../../contract/server-check.ts';
import { sessionOf } from '../../../domain/job/execution-input.ts';
import type { Integration } from '../../../domain/rule/integration.ts';
import type { AgentConfig, Rule } from '../../../domain/rule/rule.ts';
import { readConfig } from '../../../domain/rule/rule-config.ts';
import { errorNameOf } from '../../../domain/task/errors.ts';
import type { EndpointPolicy, Log, RepositoryGuards, ServerChecks } from '../../../ports.ts';
import { issuesOfGitFolder } from './git-folder.ts';
import { issue } from './issue.ts';

export interface LiveDeps {
  servers: ServerChecks;
  endpoints: EndpointPolicy;
  guards: Pick<RepositoryGuards, 'read'>;
  log: Log;
}

interface Checked {
  rule: Rule;
  config: AgentConfig;
  /** Where the password may go, as far as the integration's row tells. */
  origins: string[];
}

/**
 * What the servers of the rules say now. Not asked is what could not start anyway: see `issuesOfStored`. A check that
 * fails by our own fault is an issue too, so that the rest of the answer is not lost.
 */
export async function issuesOfServers(
  { servers, endpoints, guards, log }: LiveDeps,
  { rules, integrations }: { rules: Rule[]; integrations: ReadonlyMap<string, Pick<Integration, 'binding'>> },
): Promise<LintIssue[]> {
  const checked = rules.flatMap((rule): Checked[] => {
    const read = readConfig(rule);
    const integration = read.ok ? integrations.get(read.config.integrationId) : undefined;
    if (!rule.enabled || !read.ok || !integration || endpoints.refusal(read.config.endpoint, 'agent') !== undefined)
      return [];
    return [{ rule, config: read.config, origins: integration.binding?.origins ?? [] }];
  });
  if (checked.length === 0) return [];
  try {
    const findings = await servers.check(
      checked.map(({ rule, config, origins }) => {
        const { integrationId, endpoint, model, agent, directory, workspace, permissions } = sessionOf(config);
        const asked = { integrationId, endpoint, model, agent, directory, workspace, permissions };
        return { ...asked, origins, ruleName: rule.name };
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

const notChecked: ServerFindings = {
  version: null,
  problems: [{ code: 'server_not_checked', message: 'The check of its server failed or took too long. Try again.' }],
};

function issuesOf({ rule, config }: Checked, { version, problems } = notChecked): LintIssue[] {
  const { origin } = new URL(config.endpoint);
  const where = { relayId: rule.relayId, ruleId: rule.id };
  const details = { endpoint: origin, ...(version !== null && { version }) };
  const reached = `Rule "${rule.name}": ${origin} is OpenCode ${version} and takes the password.`;
  return [
    ...(version === null ? [] : [issue('rule.server_reached', reached, { ...where, details })]),
    ...problems.map(({ code, message }) =>
      issue(`rule.${code}`, `Rule "${rule.name}": ${message}`, { ...where, details }),
    ),
  ];
}
