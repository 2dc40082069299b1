import * as z from 'zod';
import { limits } from '../../contract/limits.ts';
import { within } from '../../contract/ranges.ts';
import { webhookMethods } from '../../contract/webhook-call.ts';
import { matchSchema } from './match.ts';
import { headersProblem } from './webhook-headers.ts';
import { payloadProblem } from './webhook-payload.ts';

const ENDPOINT_CHARACTERS = 2_048;

const endpoint = z.string().superRefine((text, context) => {
  const message = endpointProblem(text);
  if (message) context.addIssue({ code: 'custom', message });
});

const headers = z.record(z.string(), z.string()).superRefine((given, context) => {
  const problem = headersProblem(given);
  if (problem) context.addIssue({ code: 'custom', ...problem });
});

const payload = z.record(z.string(), z.unknown()).superRefine((given, context) => {
  const problem = payloadProblem(given);
  if (problem) context.addIssue({ code: 'custom', ...problem });
});

/** `config` of a rule with `ruleType: "webhook"`. Field names and ranges: the SDK's contract. */
export const webhookConfigSchema = z
  .strictObject({
    endpoint,
    method: z.enum(webhookMethods).optional(),
    headers: headers.optional(),
    payload: payload.optional(),
    /** Milliseconds. */
    timeout: within(limits.webhookTimeoutMs).optional(),
    /** Ours, beyond the contract. */
    config: z.strictObject({ match: matchSchema.optional() }).optional(),
  })
  .superRefine(({ method, payload: given }, context) => {
    if (method !== 'GET' || given === undefined) return;
    const message = 'must be left out, for a GET has no body: use POST';
    context.addIssue({ code: 'custom', path: ['payload'], message });
  });
export type WebhookConfig = z.infer<typeof webhookConfigSchema>;

/** What an alert says must not choose where a call goes, so an endpoint is taken as it is written. */
function endpointProblem(text: string): string | undefined {
  if (text.length > ENDPOINT_CHARACTERS) return `must have ${ENDPOINT_CHARACTERS} characters at most`;
  if (/[{}]/.test(text)) {
    return 'must not carry placeholders or braces, for an alert must not choose where a call goes: put them into the payload';
  }
  if (/[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text))
    return 'must be a URL such as https://hooks.example.com/alerts';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must start with https:// or http://';
  if (url.username || url.password) {
    return 'must not carry a user name or password: have the receiver check the header webhook-signature';
  }
  if (url.hash || text.includes('#')) return 'must not carry a fragment: it is never sent';
  return undefined;
}
