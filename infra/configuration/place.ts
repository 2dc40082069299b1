import { ConfigurationError } from './configuration-error.ts';
import { type Configuration, regionalArns } from './schema.ts';
import { accountIn, regionIn } from './values.ts';

/** Where a synth deploys to, as CDK's command finds out with the credentials that it has. */
interface Place {
  /** Undefined without credentials: then the region is none but a guess of CDK's. */
  account: string | undefined;
  region: string | undefined;
}

/** Refuses what AWS would refuse, half-way through a deployment. */
export function requireSameRegion(configuration: Configuration, { account, region }: Place): void {
  if (account === undefined || region === undefined) return;
  const elsewhere = regionalArns(configuration).filter((arn) => regionIn(arn) !== region);
  if (elsewhere.length === 0) return;
  const where = `the stack goes to ${region}, and AWS takes only what is there`;
  throw new ConfigurationError(elsewhere.map((arn) => `${arn}: is in ${regionIn(arn)}; ${where}`));
}

/**
 * What has to stand in the policy of each topic of another account: CloudFormation looks at a topic before it
 * subscribes to it.
 */
export function topicPolicies({ snsTopics }: Configuration, { account }: Place): string[] {
  if (account === undefined) return [];
  return Object.keys(snsTopics)
    .filter((arn) => accountIn(arn) !== account)
    .map((arn) => {
      const statement = {
        Effect: 'Allow',
        Principal: { AWS: `arn:${arn.split(':')[1]}:iam::${account}:root` },
        Action: ['sns:Subscribe', 'sns:GetTopicAttributes'],
        Resource: arn,
      };
      return `The policy of ${arn}, which is of another account, has to hold: ${JSON.stringify(statement)}`;
    });
}
