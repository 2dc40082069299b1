import { expect, test } from 'vitest';
import { createEndpointPolicy } from '../../../functions/adapters/http/endpoint-policy.ts';

const policy = createEndpointPolicy('localhost, opencode.internal.corp');

const cases: [endpoint: string, refusal: RegExp | undefined][] = [
  ['https://opencode.example.com', undefined],
  ['https://10.0.0.7:4096', undefined],
  ['http://opencode.internal.corp:4096', undefined],
  ['http://localhost:4096', undefined],
  ['http://opencode.example.com', /not https.*privateHosts/],
  ['https://127.0.0.1', /loopback/],
  ['https://169.254.169.254', /metadata/],
  ['https://[::1]:4096', /loopback/],
];
test.each(cases)('%s', (endpoint, refusal) => {
  if (refusal) expect(policy.refusal(endpoint)).toMatch(refusal);
  else expect(policy.refusal(endpoint)).toBeUndefined();
});
