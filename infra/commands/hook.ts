import { z } from 'zod';
import { sampleRelayName } from '../local/sample.ts';
import { listRelays, type ManagementApi } from './api.ts';

const webhooksAnswer = z.object({
  webhooks: z.array(z.object({ id: z.string(), webhookKey: z.string(), enabled: z.boolean() })),
});

/** A relay, and the webhook by which it takes alerts. */
interface Hook {
  relayId: string;
  webhookId: string;
  webhookKey: string;
}

/** Of the relay that `npm start` makes; undefined where it was started without its sample. */
export async function sampleHook(api: ManagementApi): Promise<Hook | undefined> {
  const sample = (await listRelays(api)).find(isSample);
  return sample && hookOf(api, sample.id);
}

/** Of the sample's relay; else of the first one that has a webhook switched on. */
export async function anyHook(api: ManagementApi): Promise<Hook | undefined> {
  const relays = await listRelays(api);
  for (const { id } of [...relays.filter(isSample), ...relays.filter((each) => !isSample(each))]) {
    const hook = await hookOf(api, id);
    if (hook) return hook;
  }
  return undefined;
}

const isSample = ({ name }: { name: string }): boolean => name === sampleRelayName;

async function hookOf(api: ManagementApi, relayId: string): Promise<Hook | undefined> {
  const { webhooks } = await api.ask('GET', `/relay/${encodeURIComponent(relayId)}/webhooks`, webhooksAnswer);
  const webhook = webhooks.find(({ enabled }) => enabled);
  return webhook && { relayId, webhookId: webhook.id, webhookKey: webhook.webhookKey };
}
