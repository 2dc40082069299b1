const consoles: Record<string, string> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The page of an execution in the Step Functions console, by its ARN: `arn:partition:states:region:…`. */
export function executionPage(executionArn: string): string {
  const [, partition = '', , region = ''] = executionArn.split(':');
  const host = consoles[partition] ?? 'console.aws.amazon.com';
  return `https://${region}.${host}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
