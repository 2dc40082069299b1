import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Bundles, bundleFunctions } from './bundle.ts';
import { readConfiguration } from './configuration/read.ts';
import { RelayStack } from './stack.ts';

/** The CDK app: one stack, checked by cdk-nag. A finding fails the synth. */
export function createApp(bundles: Bundles, props?: AppProps): App {
  const app = new App(props);
  const config = readConfiguration(app.node);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new RelayStack(app, config.stackName, { config, bundles });
  return app;
}

if (import.meta.main) createApp(await bundleFunctions()).synth();
