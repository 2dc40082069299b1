import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a deployed stack has around it, and this machine has not: taken from the command line alone. */
const ofTheAccount = [
  'subnetIds',
  'securityGroupIds',
  'clientCertificateSecret',
  'egressProxy',
  'domainName',
  'domainCertificateArn',
  'tags',
  'permissionsBoundaryArn',
  'kmsKeyArn',
  'tableName',
  'alarmTopicArn',
  'alarmEmail',
];

const contextSchema = z.looseObject({ stacks: z.record(z.string(), z.record(z.string(), z.unknown())).default({}) });

/**
 * The context of the local stack: that of `cdk.json`, with what is configured there for the stack that the command line
 * names, else for the only one, and what the command line says instead. Data stays under the one name that the local
 * stack has. Without `overrides` nothing of any stack is taken.
 */
export function localContext(
  context: Record<string, unknown>,
  ownHosts: readonly string[],
  overrides: Record<string, unknown> | undefined,
): Record<string, unknown> {
  const { stacks, ...general } = contextSchema.parse(context);
  if (!overrides) return { ...general, privateHosts: ownHosts };
  const { stackName, ...values } = overrides;
  const [only, ...others] = Object.keys(stacks);
  const name = stackName ?? (others.length === 0 ? only : undefined);
  const configured = typeof name === 'string' ? Object.entries(stacks[name] ?? {}) : [];
  const kept = Object.fromEntries(configured.filter(([key]) => !ofTheAccount.includes(key)));
  const { privateHosts, ...rest } = { ...kept, ...values };
  return { ...general, ...rest, privateHosts: [...hostsIn(privateHosts), ...ownHosts] };
}

const hostsIn = (value: unknown): unknown[] => {
  if (typeof value === 'string') return value.split(',');
  return Array.isArray(value) ? value : [];
};

/** The text of the file of authorities, by which an assembly with another one is another one. */
export function authoritiesIn(projectRoot: string, { caBundle }: Record<string, unknown>): string {
  if (typeof caBundle !== 'string' || caBundle === '') return '';
  try {
    return readFileSync(join(projectRoot, caBundle), 'utf8');
  } catch {
    // The synth says so.
    return '';
  }
}
