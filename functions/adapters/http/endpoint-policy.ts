import type { RuleType } from '../../domain/rule/rule.ts';
import type { EndpointPolicy } from '../../ports.ts';
import { createGuard, type Reach, type TargetProblem, targetProblems } from './guard.ts';

/** By the type of the rules that call them: the OpenCode servers of agent rules, and what webhook rules call. */
type Reaches = Pick<Reach, 'privateHosts'> & Record<RuleType, Reach['privateRanges']>;

/** The key of the configuration that lets the addresses of private networks be reached. */
const rangesKeys: Record<RuleType, string> = { agent: 'privateServers', webhook: 'privateWebhooks' };

const hosts: Record<RuleType, string> = { agent: 'server', webhook: 'host' };

/** What is refused by its address alone, before anybody tries to call it: by the guard of the call itself. */
export function createEndpointPolicy({ privateHosts, ...ranges }: Reaches): EndpointPolicy {
  const guards = {
    agent: createGuard({ privateHosts, privateRanges: ranges.agent }),
    webhook: createGuard({ privateHosts, privateRanges: ranges.webhook }),
  };
  return {
    refusal(endpoint, ruleType) {
      const url = new URL(endpoint);
      const problem = guards[ruleType].problem(url);
      return problem && refusalOf(url.host, problem, ruleType);
    },
  };
}

/** For the author of the endpoint: what is wrong, and what allows it. */
export const refusalOf = (host: string, problem: TargetProblem, ruleType: RuleType): string =>
  `The ${hosts[ruleType]} ${host} is not called: ${targetProblems[problem]}. ${adviceFor(problem, ruleType)}`;

function adviceFor(problem: TargetProblem, ruleType: RuleType): string {
  if (problem === 'metadata_service') return 'Nothing allows that: correct the endpoint.';
  const hosts = 'add the host to `privateHosts`';
  const ranges = problem === 'private_range' ? `set \`${rangesKeys[ruleType]}\` to allowed, or ` : '';
  return `If that is meant, ${ranges}${hosts} in the configuration (cdk.json), and deploy; else correct the endpoint.`;
}
