/** Ids that stand for each path parameter in the examples of the OpenAPI document. */
export const exampleIds = {
  integrationId: 'int_0123456789abcdef0123456789abcdef',
  relayId: 'rly_0123456789abcdef0123456789abcdef',
  ruleId: 'rul_0123456789abcdef0123456789abcdef',
  webhookId: 'wh_0123456789abcdef0123456789abcdef',
  jobId: 'job_0123456789abcdef0123456789abcdef',
  responderId: 'rsp_0123456789abcdef0123456789abcdef',
  version: '1',
  alertId: 'alr_0123456789abcdef0123456789abcdef',
};
