import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { occurrenceSchema, presetProviders } from '../../../functions/contract/alert.ts';
import { readAlerts } from '../../../functions/domain/intake/formats.ts';
import { mappingSchema } from '../../../functions/domain/intake/mapping-schema.ts';
import { presets } from '../../../functions/domain/intake/presets/presets.ts';
import { HookRefusal } from '../../../functions/domain/intake/refusal.ts';
import { Door } from '../../support/fakes/door.ts';
import { sampleWebhook } from '../../support/fakes/intake.ts';
import { mutated, nasty, steps } from '../../support/mutation.ts';
import { runs } from '../../support/property-runs.ts';
import { wired } from '../../support/reading.ts';
import { lives } from './preset-lives.ts';

/** Both ways to ask for a preset. */
const ways = presetProviders.flatMap(
  (provider) =>
    [
      { provider, way: `provider ${provider}`, settings: { provider } },
      {
        provider,
        way: `mapping with the preset ${provider}`,
        settings: { provider: 'custom', mapping: { preset: provider } },
      },
    ] as const,
);

describe('the life of an alert, by', () => {
  test.each(ways)('$way', async ({ provider, settings }) => {
    const { steps: life, starts, first } = lives[provider];
    const door = new Door({ webhooks: [sampleWebhook(settings)] });
    let seen: object | undefined;
    for (const [index, [body, ...states]] of life.entries()) {
      await door.post(body);
      expect(door.states, `after body ${index + 1}`).toEqual(states);
      seen ??= door.alerts[0];
      door.world.endSessions('session_failed');
    }
    expect(seen).toMatchObject(first);
    expect([door.starts, door.balanced]).toEqual([starts, true]);
  });

  test.each(presetProviders)('%s: its mapping is one that anybody could write, with its source', (provider) => {
    const { mapping, source } = presets[provider];
    expect(mappingSchema.safeParse(mapping).error).toBeUndefined();
    expect(source).not.toBe('');
  });

  test.each(presetProviders)('%s: a word that nobody has listed is refused by its name', async (provider) => {
    if (provider === 'elastic' || provider === 'github_actions') return;
    const door = new Door({
      webhooks: [
        sampleWebhook({ provider: 'custom', mapping: { preset: provider, status: { path: 'said', firing: 'x' } } }),
      ],
    });
    const [[body] = [{}]] = lives[provider].steps;
    const { issues } = await door.refusal({ ...body, said: 'sideways' });
    expect(issues).toMatchObject([{ code: 'unknown_word', message: expect.stringContaining('"sideways"') }]);
  });
});

test.each(presetProviders)('mutated bodies of %s are refused, ignored, or become whole alerts', (provider) => {
  const all = lives[provider].steps.map(([body]) => body);
  fc.assert(
    fc.property(fc.constantFrom(...all), steps, nasty, (body, path, value) => {
      const changed = mutated(body, path, value);
      if (typeof changed !== 'object' || changed === null || Array.isArray(changed)) return;
      const read = readAlerts(wired(changed), provider);
      if (read instanceof HookRefusal) expect(read.status).toBe(400);
      else if ('nothing' in read) expect(read.nothing.code).toBe('ignored');
      else
        for (const occurrence of read.occurrences) {
          expect(occurrenceSchema.safeParse(occurrence).error).toBeUndefined();
          // The item as it came is with the alert, so nothing of it is dropped.
          expect(occurrence.metadata).toHaveProperty('payload');
        }
    }),
    { numRuns: runs(3) },
  );
});
