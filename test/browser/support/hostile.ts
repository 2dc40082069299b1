import { BeepsClient } from '@beepsdev/sdk';
import type { Outputs } from '../../../infra/local/relay.ts';

/** Of a relay of which no alert is held yet, with names that are markup. Its rule is for the server of the sample. */
export async function hookOfAnotherRelay({ ApiUrl, ApiToken, HooksUrl, OpenCodeUrl }: Outputs): Promise<string> {
  const client = new BeepsClient({ accessToken: ApiToken, baseURL: ApiUrl });
  const [integration] = await client.integration.list();
  if (!integration) throw new Error('The sample has no integration');
  const { id } = await client.relay.create({ name: '<b>Another</b>' });
  const polling = { pollInterval: 1_000, maxPollAttempts: 90 };
  const config = { agentType: 'opencode' as const, integrationId: integration.id, endpoint: OpenCodeUrl, ...polling };
  await client.relay.rules.create(id, { name: '<i>rule</i>', ruleType: 'agent', config });
  const [webhook] = await client.webhook.listByRelay(id);
  return `${HooksUrl}/${webhook?.webhookKey}`;
}

/** Elements and attributes that the page does not make, and addresses that lead anywhere but into it. */
export const STRANGERS = `(() => {
  const strange = [];
  for (const element of document.body.querySelectorAll('*')) {
    const tag = element.tagName.toLowerCase();
    if (['img', 'iframe', 'object', 'embed', 'style', 'link', 'base', 'form', 'script'].includes(tag)) strange.push(tag);
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || name === 'style' || name === 'srcdoc') strange.push(tag + ' ' + name);
      if (['href', 'src'].includes(name) && !/^(#|\\/console\\/results\\/|https?:)/.test(value)) strange.push(name + ' ' + value);
    }
  }
  return strange;
})()`;
