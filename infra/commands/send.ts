import { UsageError } from '../usage-error.ts';
import { apiOf } from './api.ts';
import { command, lines, type World } from './command.ts';
import { Failure } from './failure.ts';
import { sampleHook } from './hook.ts';
import { dataOption, readLocalOutputs } from './local-outputs.ts';
import { deliveryOf, PROVIDERS_HELP, sendOptions } from './send/options.ts';
import { type Answers, allTaken, type HookRequest, postAll, requestsOf } from './send/post.ts';

export const send = command({
  name: 'send',
  summary: 'Sends what a monitoring system would, to the local stack or to any hook.',
  forms: [
    ['--provider NAME [--status STATUS]', 'one delivery, of a new incident'],
    ['--provider NAME --status resolved --key KEY', 'of the incident of an earlier one'],
    ['--provider NAME --storm N', 'many incidents at once'],
  ],
  options: { ...sendOptions, data: dataOption },
  notes: PROVIDERS_HELP,
  maxArguments: 0,
  async run({ values }, world) {
    const delivery = deliveryOf(values, world);
    const [request, ...others] = requestsOf(delivery, world.now);
    if (!request) throw new Error('There is nothing to send');
    if (values['dry-run']) return { text: requestText(delivery.url ?? '<hook>', request), done: true };
    const url = delivery.url ?? (await hookUrl(world, values.data));
    const startedAt = performance.now();
    const answers = await post(url, [request, ...others], world);
    const took = Math.round(performance.now() - startedAt);
    const isStorm = delivery.storm > 1;
    const text = [
      `${delivery.provider}, ${delivery.status}: ${countsOf(answers)} in ${took} ms`,
      answers.first,
      '',
      `The same ${isStorm ? 'incidents' : 'incident'} again: --key ${delivery.key}${isStorm ? ` --storm ${delivery.storm}` : ''}`,
    ];
    return { text: lines(text), done: allTaken(answers) };
  },
});

/** Of the environment, as `env` prints it; else of the relay that `npm start` makes. */
async function hookUrl(world: World, folder: string): Promise<string> {
  const { HOOKS_URL, WEBHOOK_KEY } = world.environment;
  if (HOOKS_URL && WEBHOOK_KEY) return `${HOOKS_URL}/${WEBHOOK_KEY}`;
  const { HooksUrl } = await readLocalOutputs(folder);
  const hook = await sampleHook(await apiOf({ ...world, environment: {} }, folder));
  if (hook) return `${HooksUrl}/${hook.webhookKey}`;
  throw new UsageError('The local stack has no sample relay: run npm start without --no-sample, or give --url');
}

async function post(url: string, requests: HookRequest[], world: World): Promise<Answers> {
  try {
    return await postAll(url, requests, world.fetch);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    // The key in the address is the hook's credential.
    throw new Failure(`The hook at ${new URL(url).origin} does not answer (${cause}).`, { cause: error });
  }
}

const countsOf = ({ counts }: Answers): string =>
  [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');

const requestText = (url: string, { headers, body }: HookRequest): string =>
  lines([`POST ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body]);
