import { ArnFormat, Stack } from 'aws-cdk-lib';
import { readCaBundle } from '../configuration/ca-bundle.ts';
import type { Configuration } from '../configuration/schema.ts';
import { beside } from './files.ts';
import type { RelayFunction } from './relay-function.ts';

const CA_BUNDLE = 'ca-bundle.pem';

type NetworkConfiguration = Pick<
  Configuration,
  'subnetIds' | 'securityGroupIds' | 'caBundle' | 'clientCertificateSecret' | 'egressProxy'
>;

/** The network of the functions that call addresses which rules name. */
interface Network {
  /** To stand beside their code. */
  files: Record<string, string>;
  placesIn(fn: RelayFunction): void;
}

export function createNetwork(configuration: NetworkConfiguration): Network {
  const { subnetIds, securityGroupIds, caBundle, clientCertificateSecret = '', egressProxy = '' } = configuration;
  return {
    files: caBundle === undefined ? {} : { [CA_BUNDLE]: readCaBundle(caBundle) },
    placesIn(fn) {
      if (subnetIds.length > 0) fn.standIn(subnetIds, securityGroupIds);
      if (caBundle !== undefined) fn.lambda.addEnvironment('NODE_EXTRA_CA_CERTS', beside(CA_BUNDLE));
      fn.setAddress('egressProxy', egressProxy);
      fn.setAddress('clientCertificateSecret', clientCertificateSecret);
      if (clientCertificateSecret !== '') {
        for (const name of [clientCertificateSecret, `${clientCertificateSecret}-??????`])
          fn.allow(['secretsmanager:GetSecretValue'], secretArn(fn, name));
      }
    },
  };
}

/**
 * Secrets Manager puts a hyphen and six characters of its own behind the name. Who asks by the name is held to the ARN
 * with them where the secret is there, and else to the one without.
 */
const secretArn = (fn: RelayFunction, resourceName: string): string =>
  Stack.of(fn).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
