import { awsChecks, type StackView } from './aws-checks.ts';
import { driftCheck } from './drift-check.ts';
import { type Check, examine, type Finding } from './finding.ts';
import { type AwsPlace, viewStack } from './stack-view.ts';

/** What a stack is made of. Where the stack itself cannot be seen that is one line, for all that would follow. */
export async function lookAtStack(stack: string, wait: StackView['wait'], place?: AwsPlace): Promise<Finding[]> {
  let checks: Check[] = [];
  const entry: Check = {
    name: 'stack',
    needs: 'AWS credentials and a region that may read the stack, or --stack NAME',
    async look() {
      const view = await viewStack(stack, wait, place);
      checks = [...awsChecks(view), driftCheck(view)];
      return [];
    },
  };
  const unseen = await examine([entry]);
  return [...unseen, ...(await examine(checks))];
}
