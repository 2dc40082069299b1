import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { overridesIn, overridesOption } from '../configuration/overrides.ts';
import { parseOptions } from '../parse-options.ts';
import { changesText } from './changes.ts';
import { configurationIn, type DeployedTemplate, readDeployedTemplate, templateSchema } from './deployed-template.ts';

export const usage = `Deploys the stack: shows what changes in its configuration, and asks.

  npm run deploy                            what cdk.json says
  npm run deploy -- -c key=value            the same with another value of a key, this time only
  npm run deploy -- --yes                   without asking, for scripts
  npm run deploy -- -- --no-rollback        what stands behind the second -- goes to cdk deploy

Options
  -c, --context key=value                   may stand several times; -c stackName=NAME says which stack of cdk.json
  --profile NAME                            of the AWS configuration; the region is that of the profile, or AWS_REGION
  --yes                                     deploys what is shown
  --help                                    this text
`;

/** What a deployment takes from outside, so that tests can give it. */
export interface World {
  /** Where assemblies are written. */
  directory: string;
  /** Runs CDK's command to its end, and returns its exit status. */
  cdk(args: string[]): Promise<number>;
  /** For the credentials of a profile; undefined: those of the environment. */
  connect(profile: string | undefined): CloudFormationClient;
  /** What of the deployed stack, and of its account, is not as it should be; each line says the mend. */
  examine(stackName: string, profile: string | undefined): Promise<string[]>;
  print(line: string): void;
  /** Undefined where there is nobody to be asked. */
  ask: ((question: string) => Promise<string>) | undefined;
}

const REFUSED = 2;

/** Returns the exit status: 0 deployed, 1 not wanted, 2 nobody there to ask; else CDK's own. Throws UsageError. */
export async function deploy(args: string[], world: World): Promise<number> {
  const { context, overridden, profile, yes, help, others } = optionsOf(args);
  if (help) {
    world.print(usage);
    return 0;
  }
  const assembly = join(world.directory, 'cdk.out');
  const account = profile === undefined ? [] : ['--profile', profile];
  const common = [...context.flatMap((pair) => ['-c', pair]), ...account];
  const synthesized = await world.cdk(['synth', '--quiet', '--output', assembly, ...common]);
  if (synthesized !== 0) return synthesized;
  const { stackName, template } = await stackIn(assembly);
  const deployed = await readDeployedTemplate(world.connect(profile), stackName);
  for (const line of announcement(stackName, deployed, template)) world.print(line);
  for (const line of forgotten(overridden, stackName)) world.print(line);

  const agreed =
    yes || (await world.ask?.(`Deploy ${stackName}? (y/n) `).then((answer) => /^y(es)?$/i.test(answer.trim())));
  if (agreed === undefined) {
    world.print(
      'Nothing was deployed: this is no terminal, so nobody can be asked. Add --yes to deploy what is shown.',
    );
    return REFUSED;
  }
  if (!agreed) {
    world.print('Nothing was deployed.');
    return 1;
  }
  const consent = yes ? ['--require-approval', 'never', ...others] : others;
  if (!deployed && configurationIn(template)?.deletionProtection === 'on') {
    world.print('First without the protection of the table, which could not be rolled back; then with it.');
    const open = ['--output', join(assembly, 'first'), ...common, '-c', 'deletionProtection=off'];
    const created = await world.cdk(['deploy', ...open, ...consent]);
    if (created !== 0) return created;
  }
  const status = await world.cdk(['deploy', '--app', assembly, ...account, ...consent]);
  if (status === 0) await sayWhatIsAmiss(world, stackName, profile);
  return status;
}

async function sayWhatIsAmiss(world: World, stackName: string, profile: string | undefined): Promise<void> {
  for (const line of await world.examine(stackName, profile)) world.print(line);
}

function optionsOf(args: string[]) {
  const end = args.indexOf('--');
  const { values } = parseOptions(end < 0 ? args : args.slice(0, end), {
    context: overridesOption,
    profile: { type: 'string' },
    yes: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  return {
    ...values,
    overridden: Object.keys(overridesIn(values.context)),
    others: end < 0 ? [] : args.slice(end + 1),
  };
}

const manifestSchema = z.object({
  artifacts: z.record(z.string(), z.looseObject({ type: z.string(), properties: z.unknown() })),
});
const stackSchema = z.object({ templateFile: z.string(), stackName: z.string().optional() });

/** The one stack of a synthesized app. */
async function stackIn(assembly: string) {
  const { artifacts } = manifestSchema.parse(await readJson(join(assembly, 'manifest.json')));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack, ...others] = stacks;
  if (!stack || others.length > 0) throw new Error(`One stack was expected in ${assembly}, not ${stacks.length}`);
  const { templateFile, stackName = stack[0] } = stackSchema.parse(stack[1].properties);
  return { stackName, template: templateSchema.parse(await readJson(join(assembly, templateFile))) };
}

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

function announcement(
  stackName: string,
  deployed: DeployedTemplate | undefined,
  template: z.infer<typeof templateSchema>,
): string[] {
  if (deployed) return [`Deployed as ${deployed.stackArn}`, ...changesText(deployed, template)];
  return [`There is no stack ${stackName} yet in this account and region: it is made.`];
}

/** Overrides are for once: who wants to keep them is told how. */
function forgotten(overridden: string[], stackName: string): string[] {
  const keys = overridden.filter((key) => key !== 'stackName');
  if (keys.length === 0) return [];
  return [
    `Of this deployment alone, and gone at the next one: ${keys.join(', ')}. cdk.json keeps it, under stacks.${stackName}.`,
  ];
}
