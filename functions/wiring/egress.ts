import { env } from '../adapters/environment.ts';
import type { EgressSettings } from '../adapters/http/egress.ts';
import { privateRanges } from '../adapters/http/private-ranges.ts';
import { connectClientCertificate } from '../adapters/secrets/client-certificate.ts';
import type { RuleType } from '../domain/rule/rule.ts';

/** The way out for rules of this type, as the stack is configured. */
export const egressSettings = (ruleType: RuleType): EgressSettings => ({
  privateHosts: env('privateHosts'),
  privateRanges: privateRanges(ruleType),
  proxy: env('egressProxy'),
  clientCertificate: connectClientCertificate(env('clientCertificateSecret')),
});
