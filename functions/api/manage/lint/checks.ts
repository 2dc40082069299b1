import type { LintCode } from '../../../contract/lint.ts';
import type { AgentConfig } from '../../../domain/rule/rule.ts';
import { allSeconds } from '../../../domain/verification/checks.ts';

/** What a rule says of checks that cannot do what it says. */
export function problemsOfChecks({ config = {} }: AgentConfig): [LintCode, string][] {
  const { verify, verifyRetries = 0, verifyRequired = false, workspace, maxMinutes = Infinity } = config;
  if (verify === undefined) {
    const without = [verifyRetries > 0 && '`verifyRetries`', verifyRequired && '`verifyRequired`'].filter(Boolean);
    if (without.length === 0) return [];
    return [['rule.no_checks', `it sets ${without.join(' and ')}, and has no \`verify\`: no check is ever run.`]];
  }
  const minutes = Math.ceil(allSeconds(verify) / 60);
  const found: [LintCode, string][] = [];
  if (workspace === 'shared') {
    const message =
      'its checks run in the shared directory, and what they write there stays. Use `"workspace": "worktree"`, which is put back after them.';
    found.push(['rule.checks_in_shared_directory', message]);
  }
  if (verifyRetries > 0 && minutes >= maxMinutes) {
    const message = `its checks may take ${minutes} minutes, and \`maxMinutes\` is ${maxMinutes}: where they do, no finding goes back to the agent.`;
    found.push(['rule.no_time_for_findings', message]);
  }
  return found;
}
