import { z } from 'zod';
import { HttpApi } from '../http-api/http-api.ts';
import { needForService } from '../iam/needs.ts';
import type { Cloud } from './cloud.ts';
import { resourceType } from './resource-type.ts';

/** The one stage there is: its name is not part of any path. */
const STAGE = '$default';

export const api = resourceType({
  properties: z.strictObject({
    ProtocolType: z.literal('HTTP'),
  }),
  ignored: { Name: 'for people', Description: 'for people' },
  create: async (_, name, cloud) => {
    if (cloud.apis.size > 0) throw new Error('There is one port, and another HTTP API has it');
    const api = await HttpApi.listen({ ...cloud, apiId: name, stage: STAGE });
    cloud.apis.set(name, api);
    cloud.whenStopped(() => api.close());
    cloud.whenUp(() => api.open());
    return { ref: name, attributes: { ApiEndpoint: api.url, ApiId: name } };
  },
});

export const integration = resourceType({
  properties: z.strictObject({
    ApiId: z.string(),
    IntegrationType: z.literal('AWS_PROXY'),
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal('2.0'),
  }),
  create: ({ IntegrationUri }, name, { integrations, functions }) => {
    integrations.set(name, functions.get(IntegrationUri).spec.arn);
    return { ref: name };
  },
});

export const route = resourceType({
  properties: z.strictObject({
    ApiId: z.string(),
    AuthorizationType: z.literal('NONE').default('NONE'),
    RouteKey: z.string().regex(/^(\$default|[A-Z]+ \/\S*)$/, 'must be $default, or a method and a path'),
    Target: z.string(),
  }),
  create: ({ ApiId, RouteKey, Target }, name, cloud) => {
    const functionArn = cloud.integrations.get(Target.replace(/^integrations\//, ''));
    if (functionArn === undefined) throw new Error(`There is no ${Target} here`);
    apiOf(ApiId, cloud).addRoute({ key: RouteKey, functionArn });
    const { iam, region, account } = cloud;
    const [method = '', path = ''] = RouteKey.split(' ');
    // Of a route for any method, the one that a request has.
    const source = `arn:aws:execute-api:${region}:${account}:${ApiId}/${STAGE}/${method.replace('ANY', 'GET')}${path}`;
    const caller = { service: 'apigateway.amazonaws.com', source };
    needForService({ iam, why: `the route ${RouteKey}` }, caller, 'lambda:InvokeFunction', functionArn);
    return { ref: name };
  },
});

export const stage = resourceType({
  properties: z.strictObject({
    ApiId: z.string(),
    StageName: z.literal(STAGE),
    AutoDeploy: z.literal(true),
  }),
  ignored: {
    AccessLogSettings: 'whoever sends requests to this machine sees their answers',
    DefaultRouteSettings: 'throttling protects an account, and this is none',
    RouteSettings: 'likewise',
  },
  create: ({ StageName }) => ({ ref: StageName }),
});

function apiOf(id: string, { apis }: Cloud): HttpApi {
  const found = apis.get(id);
  if (!found) throw new Error(`There is no HTTP API ${id} here`);
  return found;
}
