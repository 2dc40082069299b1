import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Buckets } from '../aws/buckets.ts';
import type { Buses } from '../aws/buses.ts';
import type { Logs } from '../aws/logs.ts';
import type { Queues } from '../aws/queues.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { Tables } from '../aws/tables.ts';
import type { Topics } from '../aws/topics.ts';
import type { Clock } from '../clock.ts';
import type { HttpApi } from '../http-api/http-api.ts';
import type { Iam } from '../iam/iam.ts';
import type { Functions } from '../lambda/functions.ts';
import type { FaultListener } from '../lambda/invocation.ts';
import type { StatesService } from '../states/service.ts';

/** What a resource of the template is made of and in. */
export interface Cloud {
  stackName: string;
  region: string;
  account: string;
  /** Of the HTTP API; 0: any free one. */
  port: number;
  /** Of the local AWS services. */
  endpointUrl: string;
  queueUrlOf(name: string): string;
  assetFolder(objectKey: string): string;
  clock: Clock;
  /** Aborted when the stack stops. */
  signal: AbortSignal;
  onFault: FaultListener;
  /** Answers what the HTTP API's port is asked and no API has. Absent: nothing does. */
  besides?(request: IncomingMessage, response: ServerResponse): boolean;

  tables: Tables;
  secrets: Secrets;
  queues: Queues;
  buses: Buses;
  topics: Topics;
  logs: Logs;
  buckets: Buckets;
  states: StatesService;
  functions: Functions;
  iam: Iam;
  /** By the id that routes and stages name. */
  apis: Map<string, HttpApi>;
  /** ARN of the function behind an integration, by the integration's id. */
  integrations: Map<string, string>;

  /** Called once every resource is there. */
  whenUp(start: () => void): void;
  /** Called when the stack stops, the latest first. */
  whenStopped(stop: () => void | Promise<void>): void;
}

/** A name that stays the same from start to start, because data is kept under it. */
export const physicalName = (logicalId: string, { stackName }: Pick<Cloud, 'stackName'>): string =>
  `${stackName}-${logicalId}`;
