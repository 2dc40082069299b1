import { devNull } from 'node:os';
import { roleNameOf } from '../iam/policy.ts';
import type { FunctionSpec } from './invocation.ts';

export interface Host {
  region: string;
  /** Of the local AWS services. */
  endpointUrl: string;
}

/**
 * Everything that a function sees in `process.env`: what Lambda sets, what leads the SDK to this machine instead of
 * AWS, and the function's own variables. Nothing of the engineer's environment, and no AWS configuration of theirs.
 */
export const environmentOf = (spec: FunctionSpec, { region, endpointUrl }: Host): Record<string, string> => ({
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  // Whose calls they are: the endpoint holds the role to its policies.
  AWS_ACCESS_KEY_ID: spec.role === undefined ? 'local' : roleNameOf(spec.role),
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL: endpointUrl,
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: spec.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMiB),
  AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_LAMBDA_LOG_FORMAT: 'JSON',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  LAMBDA_TASK_ROOT: spec.folder,
  _HANDLER: spec.handler,
  ...variablesHere(spec),
});

/** The code is not at Lambda's `/var/task` here, and neither is a file beside it. */
const variablesHere = ({ folder, variables }: FunctionSpec): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value.replace(/^\/var\/task(?=\/)/, () => folder)]),
  );
