import type { Node } from 'constructs';
import { z } from 'zod';
import { didYouMean } from '../parse-options.ts';
import { ConfigurationError } from './configuration-error.ts';
import { type Configuration, configurationKeys, configurationSchema, stackNameSchema } from './schema.ts';
import { looksSecret } from './secret-like.ts';

const DEFAULT_STACK = 'OpencodeRelay';

/** In the context of `cdk.json`: an object of each stack, by the stack's name. */
const stacksSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * The stack's configuration: its object in `cdk.json` under `stacks`, and what the command line says instead (`-c
 * key=value`; an empty value is the default's). What is wrong stops the synth, with the name of the key and the mend.
 */
export function readConfiguration(node: Pick<Node, 'getAllContext'>): Configuration {
  const context: Record<string, unknown> = node.getAllContext();
  const stacks = stacksSchema.safeParse(context.stacks ?? {});
  if (!stacks.success) throw new ConfigurationError(['stacks: must have an object for each stack, by its name']);
  const stackName = stackNameOf(context.stackName, Object.keys(stacks.data));
  const kept = Object.entries(stacks.data[stackName] ?? {});
  // Keys of CDK and of other tools have a colon, a slash or a hyphen.
  const given = Object.entries(context).filter(
    ([key]) => /^[A-Za-z][A-Za-z0-9]*$/.test(key) && !['stacks', 'stackName'].includes(key),
  );
  const merged = Object.fromEntries([...kept, ...given]);
  const values = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
  const overridden = new Set(given.map(([key]) => key));
  const nameOf = (path: PropertyKey[]) => {
    const key = path.map(String).join('.');
    return overridden.has(String(path[0])) ? key : `stacks.${stackName}.${key}`;
  };
  const secrets = Object.entries(values).filter(([, value]) => holdsSecret(value));
  if (secrets.length > 0) {
    throw new ConfigurationError(secrets.map(([key]) => `${nameOf([key])}: ${noSecrets}`));
  }
  const parsed = configurationSchema.safeParse(values);
  if (!parsed.success) throw new ConfigurationError(parsed.error.issues.flatMap((issue) => problemsOf(issue, nameOf)));
  return { stackName, ...parsed.data };
}

const noSecrets =
  'looks like a secret. The configuration stands in the checkout and in the template, for many to read: ' +
  'put the value into Secrets Manager, and only its name here';

const holdsSecret = (value: unknown): boolean => {
  if (typeof value === 'string') return looksSecret(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret);
};

/** The one that the command line names, else the only one there is, else the default's. */
function stackNameOf(given: unknown, configured: string[]): string {
  const [only, ...others] = configured;
  const name = given ?? (only !== undefined && others.length === 0 ? only : DEFAULT_STACK);
  const parsed = stackNameSchema.safeParse(name);
  if (!parsed.success) throw new ConfigurationError(parsed.error.issues.map(({ message }) => `stackName: ${message}`));
  if (only !== undefined && !configured.includes(parsed.data)) {
    const there = `cdk.json configures ${configured.join(', ')}, and no stack ${parsed.data}`;
    throw new ConfigurationError([
      `stackName: ${there}.${didYouMean(parsed.data, configured)} Say which by -c stackName=NAME, or add its object`,
    ]);
  }
  return parsed.data;
}

function problemsOf(issue: z.core.$ZodIssue, nameOf: (path: PropertyKey[]) => string): string[] {
  if (issue.code !== 'unrecognized_keys') return [`${nameOf(issue.path)}: ${issue.message}`];
  return issue.keys.map((key) => `${nameOf([...issue.path, key])}: is no key.${didYouMean(key, configurationKeys)}`);
}
