const consoles: Record<string, string> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** Of the local stack. No account of AWS has this number, and no console shows what is in it. */
const LOCAL_ACCOUNT = '000000000000';

/**
 * The page of an execution in the Step Functions console, by its ARN: `arn:partition:states:region:account:…`. Null
 * where there is none.
 */
export function executionPage(executionArn: string): string | null {
  const [, partition = '', , region = '', account] = executionArn.split(':');
  if (account === LOCAL_ACCOUNT) return null;
  const host = consoles[partition] ?? 'console.aws.amazon.com';
  return `https://${region}.${host}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
