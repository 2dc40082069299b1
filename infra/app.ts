import { Annotations, App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Bundles, bundleFunctions } from './bundle.ts';
import { requireSameRegion, topicPolicies } from './configuration/place.ts';
import { readConfiguration } from './configuration/read.ts';
import { RelayStack } from './stack.ts';

/** The CDK app: one stack, checked by cdk-nag. A finding fails the synth. */
export function createApp(bundles: Bundles, props?: AppProps): App {
  const app = new App(props);
  const config = readConfiguration(app.node);
  const place = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
  requireSameRegion(config, place);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new RelayStack(app, config.stackName, { config, bundles });
  for (const policy of topicPolicies(config, place)) Annotations.of(stack).addInfo(policy);
  return app;
}

if (import.meta.main) createApp(await bundleFunctions()).synth();
