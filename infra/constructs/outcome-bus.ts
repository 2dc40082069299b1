import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { RelayFunction } from './relay-function.ts';

/** Outcome events for whatever comes next. A bus of its own, so that its rules see nothing else. */
export class OutcomeBus extends Construct {
  readonly bus: EventBus;
  readonly name: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: 'opencode-relay: outcomes of OpenCode sessions' });
    this.name = this.bus.eventBusName;
  }

  publishedToBy(fn: RelayFunction): void {
    fn.allow(['events:PutEvents'], this.bus.eventBusArn);
    fn.setAddress('eventBusName', this.name);
  }
}
