import { type Duration, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { keyOf } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';
import type { RelayFunction } from './relay-function.ts';

interface RelayApiProps {
  hooks: RelayFunction;
  management: RelayFunction;
  /** Requests per second at the hooks, and how many may come at once. */
  throttle: { ratePerSecond: number; burst: number };
  logRetention: RetentionDays;
  /** Name beside AWS's own, with its certificate. */
  domain: { name: string; certificateArn: string } | undefined;
}

/** What is logged of a request. The route, never the path: a hook's path holds its key. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
};

/**
 * Of all management calls together, whoever makes them: a client that loops there takes no room from the hooks, whose
 * senders drop an alert on a 429.
 */
const managementThrottle = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 };

/** One HTTP API for both sides: monitoring posts to `/hooks`, engineers manage under `/v0`. */
export class RelayApi extends Construct {
  readonly hooksUrl: string;
  readonly managementUrl: string;
  /** Where the name has to lead in DNS; undefined without one. */
  readonly domainTarget: string | undefined;
  readonly #api: HttpApi;

  constructor(scope: Construct, id: string, { hooks, management, throttle, logRetention, domain }: RelayApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Http', {
      apiName: Stack.of(this).stackName,
      description: 'opencode-relay: hooks and management',
      createDefaultStage: false,
    });
    api.addRoutes({
      path: '/hooks/{webhookKey}',
      // PUT as well: Grafana offers it beside POST.
      methods: [HttpMethod.POST, HttpMethod.PUT],
      integration: new HttpLambdaIntegration('Hooks', hooks.lambda),
    });
    const [managementRoute] = api.addRoutes({
      path: '/v0/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Management', management.lambda),
    });
    const requests = new LogGroup(this, 'Requests', {
      retention: logRetention,
      ...keyOf(this),
      removalPolicy: dataPolicy,
    });
    const domainName = domain && createDomain(this, domain);
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      ...(domainName && { domainMapping: { domainName } }),
      throttle: { rateLimit: throttle.ratePerSecond, burstLimit: throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(requests),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    if (managementRoute) {
      // Deployed after the route: a stage cannot speak of one that is not there yet.
      stage.node.addDependency(managementRoute);
      throttleRoute(stage, 'ANY /v0/{proxy+}');
    }
    const origin = domain ? `https://${domain.name}` : api.apiEndpoint;
    this.hooksUrl = `${origin}/hooks`;
    this.managementUrl = `${origin}/v0`;
    this.domainTarget = domainName?.regionalDomainName;
    this.#api = api;

    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The functions authorize: a hook by the secret key in its path, /v0 by bearer tokens compared in constant time. ' +
        'A Lambda authorizer in front would add a second cold start to every hook and decide nothing more.',
    });
  }

  /** Whatever was asked for, and whatever was answered. */
  requests(period: Duration): Metric {
    return this.#api.metricCount({ period });
  }

  /** Answers that are the stack's own fault, or AWS's. */
  serverErrors(period: Duration): Metric {
    return this.#api.metricServerError({ period });
  }
}

const createDomain = (scope: Construct, { name, certificateArn }: NonNullable<RelayApiProps['domain']>): DomainName =>
  new DomainName(scope, 'Domain', {
    domainName: name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    securityPolicy: SecurityPolicy.TLS_1_2,
  });

/** The construct has no setting per route; the resource under it has. */
function throttleRoute(stage: HttpStage, routeKey: string): void {
  const resource = stage.node.defaultChild;
  if (!(resource instanceof CfnStage)) throw new Error('The stage has no resource');
  resource.routeSettings = { [routeKey]: managementThrottle };
}
