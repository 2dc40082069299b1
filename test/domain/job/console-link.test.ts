import { expect, test } from 'vitest';
import { executionPage } from '../../../functions/domain/job/console-link.ts';

test.each([
  ['aws', 'eu-central-1', 'eu-central-1.console.aws.amazon.com'],
  ['aws-cn', 'cn-north-1', 'cn-north-1.console.amazonaws.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
])('the page of an execution in %s', (partition, region, host) => {
  const arn = `arn:${partition}:states:${region}:123456789012:execution:sessions:job_1`;
  expect(executionPage(arn)).toBe(`https://${host}/states/home?region=${region}#/v2/executions/details/${arn}`);
});

test('an execution of the local stack has no page in a console', () => {
  expect(executionPage('arn:aws:states:eu-central-1:000000000000:execution:sessions:job_1')).toBeNull();
});
