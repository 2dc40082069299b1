import { connectApi, findApi } from './api.ts';
import { command, lines, type World } from './command.ts';
import { apiChecks } from './doctor/api-checks.ts';
import { clockCheck } from './doctor/clock-check.ts';
import { examine, type Finding, textOf } from './doctor/finding.ts';
import { lookAtStack } from './doctor/look-at-stack.ts';
import { placeOf } from './doctor/stack-view.ts';
import { dataOption } from './local-outputs.ts';
import { STACK } from './token.ts';

export const doctor = command({
  name: 'doctor',
  summary:
    'Looks at everything that a stack needs: servers, starts, queues, secrets, quotas. Each line is ok or says the mend.',
  forms: [
    ['', 'the stack of API_URL and API_TOKEN, and of your AWS credentials; without them the local one'],
    ['--json', 'the same as a JSON list, for scripts'],
  ],
  options: {
    json: { type: 'boolean', default: false, help: 'a list of { check, state, found, mend }' },
    stack: { type: 'string', default: STACK, value: 'NAME', help: 'the deployed stack' },
    data: dataOption,
  },
  notes: 'Ends in 0 where every line is ok, else in 1. It changes nothing.',
  maxArguments: 0,
  async run({ values }, world) {
    const findings = await lookAt(world, values);
    const text = values.json ? JSON.stringify(findings, null, 2) : findings.map(textOf).join('\n');
    return { text: lines([text]), done: findings.every(({ state }) => state === 'ok') };
  },
});

async function lookAt(world: World, { stack, data }: { stack: string; data: string }): Promise<Finding[]> {
  const place = await findApi(world.environment, data);
  const api = connectApi(place, world.fetch);
  const [ofApi, ofAws] = await Promise.all([
    examine([clockCheck(place.url, world), ...apiChecks(api, world)]),
    lookAtStack(stack, world.wait, await placeOf(world, data)),
  ]);
  return [...ofApi, ...ofAws];
}
