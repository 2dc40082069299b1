import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accept } from '../../functions/deliveries/accept.ts';
import { readAlerts } from '../../functions/domain/intake/formats.ts';
import { parseBody } from '../../functions/domain/intake/json.ts';
import { HookRefusal } from '../../functions/domain/intake/refusal.ts';
import { permissionsOf } from '../../functions/domain/rule/permissions.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { corpus } from '../domain/intake/payloads/corpus.ts';
import { receivedAt, relayId, sampleRule } from '../support/fakes/alert-samples.ts';
import { bytesOf } from '../support/fakes/intake.ts';
import { RoutingWorld } from '../support/fakes/world.ts';
import { mutated, nasty, steps } from '../support/mutation.ts';
import { runs } from '../support/property-runs.ts';

const rule = sampleRule({}, { pollInterval: 15_000, config: { directory: '/srv/shop', agent: 'build' } });
/** What an alert must have no say in: where the agent works, as what, and for how long. */
const target = {
  session: {
    integrationId: 'int_1',
    endpoint: 'https://opencode.internal.corp:4096',
    model: null,
    agent: 'build',
    directory: '/srv/shop',
    workspace: 'worktree',
    keepWorkspace: false,
    resultScan: 'withhold',
    permissions: permissionsOf('fix'),
  },
  poll: { intervalMs: 15_000, waitSeconds: 15, maxAttempts: 120 },
};

async function executionsOf(body: unknown) {
  const world = new RoutingWorld([rule]);
  const { alerts } = world.deps();
  const parsed = parseBody(bytesOf(body), undefined);
  const read = parsed instanceof HookRefusal ? parsed : readAlerts(parsed, null, {});
  if (read instanceof HookRefusal || 'nothing' in read) return [];
  const { format, occurrences } = read;
  const envelope = { deliveryId: 'dlv_1', relayId, webhookId: 'wh_1', format, receivedAt, bodySha256: '' };
  const accepted = await accept({ alerts, queue: { send: async () => {} } }, envelope, occurrences, 'address');
  if (accepted instanceof HookRefusal) return [];
  expect(await routeAlerts(world.deps(), [accepted.delivery])).toEqual([undefined]);
  return [...world.executions.values()];
}

describe('whatever an alert says', () => {
  const claims = { endpoint: 'https://evil.example', directory: '/', agent: 'root', permission: [{ action: 'allow' }] };

  test.each(corpus)('$name: the rule alone says where the agent works, as what and for how long', async ({ body }) => {
    let started = 0;
    await fc.assert(
      fc.asyncProperty(steps, nasty, async (where, value) => {
        const executions = await executionsOf({ ...claims, config: claims, ...Object(mutated(body, where, value)) });
        for (const { session, poll } of executions) expect({ session, poll }).toEqual(target);
        started += executions.length;
      }),
      { numRuns: runs(0.4) },
    );
    expect({ started: started > 0 || !(await executionsOf(body)).length }).toEqual({ started: true });
  });
});
