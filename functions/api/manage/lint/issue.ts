import { type LintCode, type LintIssue, lintCodes } from '../../../contract/lint.ts';

/** One finding, with the severity that its code has. */
export const issue = (
  code: LintCode,
  message: string,
  where: Pick<LintIssue, 'relayId' | 'ruleId' | 'details'>,
): LintIssue => ({ severity: lintCodes[code], code, message, ...where });
