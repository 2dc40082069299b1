import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { eventSource, sessionFinished } from '../../functions/contract/events.ts';
import type { OutcomeBus } from './outcome-bus.ts';
import type { RelayFunction } from './relay-function.ts';

interface ReportsProps {
  outcomes: OutcomeBus;
  writer: RelayFunction;
}

/** Has the page of each session made once its outcome is told. One that fails is made when it is asked for. */
export class Reports extends Construct {
  constructor(scope: Construct, id: string, { outcomes, writer }: ReportsProps) {
    super(scope, id);
    new Rule(this, 'Outcomes', {
      description: 'opencode-relay: sessions whose page is to be made',
      eventBus: outcomes.bus,
      eventPattern: { source: [eventSource], detailType: [sessionFinished] },
      targets: [new LambdaFunction(writer.lambda)],
    });
  }
}
