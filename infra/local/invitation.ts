import type { Outputs } from './relay.ts';

/** Commands that work as they stand, with the sample relay's key. */
export const invitation = (outputs: Outputs, hookUrl: string): string => `
Watch it in the browser: ${outputs.ConsoleUrl}

Send an alert of your own:

  curl -X POST '${hookUrl}' -H 'content-type: application/json' \\
    -d '{"title":"Checkout totals are wrong","severity":"critical","message":"since 09:00","dedup_key":"'$(date +%s)'"}'

Read the executions (any AWS SDK, or the aws CLI):

  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws --endpoint-url ${outputs.AwsEndpointUrl} --region eu-central-1 \\
    stepfunctions list-executions --state-machine-arn ${outputs.StateMachineArn}

Ctrl-C stops everything; the data stays for the next start.`;
