import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { configurationChanges } from '../../deploy/changes.ts';
import { configurationIn, readDeployedTemplate } from '../../deploy/deployed-template.ts';
import type { StackView } from './aws-checks.ts';
import { type Check, ok, toMend } from './finding.ts';

/** Of the local stack, which is made anew from the checkout at each start. */
const LOCAL_ACCOUNT = ':000000000000:';

/** What the deployed template was made with, against what the checkout says now. */
export const driftCheck = ({ name, cloudFormation }: Pick<StackView, 'name' | 'cloudFormation'>): Check => ({
  name: 'configuration',
  needs: 'allow cloudformation:GetTemplate to whoever runs this, and mend cdk.json where it is named',
  async look() {
    const deployed = await readDeployedTemplate(cloudFormation, name);
    if (!deployed) return [toMend('the stack never came to be', 'npm run deploy')];
    if (deployed.stackArn.includes(LOCAL_ACCOUNT)) return [ok('the local stack is made from this checkout')];
    const before = configurationIn(deployed);
    if (!before) {
      return [
        toMend('the deployed template does not say how it was configured', 'npm run deploy, which shows all of it'),
      ];
    }
    const changes = configurationChanges(before, await checkoutSays(name));
    if (changes.length === 0) return [ok('what is deployed is what cdk.json says')];
    const told = changes.map((change) => `${change.key} is ${change.before ?? 'none'}, not ${change.after ?? 'none'}`);
    return [toMend(`deployed with other values: ${told.join('; ')}`, 'npm run deploy, or correct cdk.json')];
  },
});

const cdkSchema = z.object({ context: z.record(z.string(), z.unknown()).default({}) });
const cdkFile = fileURLToPath(new URL('../../../cdk.json', import.meta.url));

async function checkoutSays(stackName: string): Promise<Record<string, unknown>> {
  const { context } = cdkSchema.parse(JSON.parse(await readFile(cdkFile, 'utf8')));
  // It brings CDK with it, which takes a second that no other command is to wait for.
  const { readConfiguration } = await import('../../configuration/read.ts');
  return { ...readConfiguration({ getAllContext: () => ({ ...context, stackName }) }) };
}
