import type { Alert, BeepsClient } from '@beepsdev/sdk';
import type { SessionFinished } from '../../../functions/contract/events.ts';
import { eventually } from '../eventually.ts';
import { freePort } from './free-port.ts';
import { fire, output, type System } from './system.ts';

const endpoint = 'https://opencode.internal.corp:4096';
/** An alert waits a second in the queue, alone or in company. */
const ALERTS_AT_ONCE = 12;

/** Makes what a call of the SDK needs to exist, under a name of its own each time. */
export interface SdkWorld {
  client: BeepsClient;
  /** A job whose execution ended at a server that is not there. */
  finished: SessionFinished;
  name(): string;
  integration(): ReturnType<BeepsClient['integration']['create']>;
  relay(): ReturnType<BeepsClient['relay']['create']>;
  webhook(): Promise<{ relayId: string; id: string }>;
  /** Input of a rule, with an integration that is there. */
  ruleInput(): Promise<Parameters<BeepsClient['relay']['rules']['create']>[1]>;
  rule(): ReturnType<BeepsClient['relay']['rules']['create']>;
  /** An alert that starts nothing. */
  alert(): Promise<Alert>;
}

export async function startSdkWorld(system: System): Promise<SdkWorld> {
  const { client } = system;
  let made = 0;
  const name = () => `sdk ${++made}`;
  const server = { url: `http://127.0.0.1:${await freePort()}`, username: 'alice', password: 'never-asked-for' };
  const failing = await fire(await system.hookFor({ server }), 'server is not there', '[[text]]');
  const quiet = await client.relay.create({ name: 'Starts nothing' });
  const [webhook] = await client.webhook.listByRelay(quiet.id);
  const hook = `${output(system.stack, 'HooksUrl')}/${webhook?.webhookKey}`;
  const spare: Alert[] = [];
  const fired = async () => {
    const id = await fire(hook, name(), '[[text]]');
    return eventually(() => client.alert.get(id), 500);
  };
  const world: SdkWorld = {
    client,
    finished: await system.outcomeOf(failing),
    name,
    integration: () => client.integration.create({ name: name(), provider: 'opencode', apiKey: 'the-password' }),
    relay: () => client.relay.create({ name: name() }),
    async webhook() {
      const { id: relayId } = await world.relay();
      const [first] = await client.webhook.listByRelay(relayId);
      return { relayId, id: first?.id ?? '' };
    },
    async ruleInput() {
      const { id: integrationId } = await world.integration();
      return { name: name(), ruleType: 'agent', config: { endpoint, integrationId, agentType: 'opencode' } };
    },
    rule: async () => client.relay.rules.create((await world.relay()).id, await world.ruleInput()),
    async alert() {
      if (spare.length === 0) spare.push(...(await Promise.all(Array.from({ length: ALERTS_AT_ONCE }, fired))));
      const alert = spare.pop();
      if (!alert) throw new Error('No alert came in');
      return alert;
    },
  };
  return world;
}
