import { describe, expect, test } from 'vitest';
import { audited } from '../../../functions/api/manage/audited.ts';
import type { AuditTarget } from '../../../functions/ports.ts';

interface Thing {
  id: string;
  relayId: string;
  name: string;
}

function watchedThings() {
  const things = new Map<string, Thing>();
  const noted: AuditTarget[] = [];
  const port = {
    create: async (thing: Thing) => void things.set(thing.id, thing),
    rename: async (id: string, name: string) => {
      const thing = things.get(id);
      if (thing) things.set(id, { ...thing, name });
      return thing !== undefined;
    },
    remove: async (id: string) => things.delete(id),
    get: async (id: string) => things.get(id),
    getOrCreate: async (thing: Thing) => void things.set(thing.id, thing),
    sweep: async (_: number) => {},
  };
  const trail = { started: () => {}, changed: (target: AuditTarget) => void noted.push(target) };
  const read = async ({ id }: { id: string }) => things.get(id);
  return {
    noted,
    port: audited({ trail, kind: 'thing', reads: ['get'], read }, port),
    secrets: audited({ trail, kind: 'secret' }, port),
  };
}

const thing: Thing = { id: 'thg_1', relayId: 'rly_1', name: 'one' };

describe('an audited port', () => {
  test('notes each write with what is stored before and after, and no read', async () => {
    const { port, noted } = watchedThings();
    await port.create(thing);
    expect(await port.rename('thg_1', 'two')).toBe(true);
    expect(await port.get('thg_1')).toEqual({ ...thing, name: 'two' });
    await port.remove('thg_1');
    const [created, renamed, removed, ...others] = noted;
    expect(others).toEqual([]);
    expect(created).toMatchObject({
      kind: 'thing',
      id: 'thg_1',
      before: null,
      after: expect.stringMatching(/^.{64}$/),
    });
    expect(renamed).toMatchObject({ before: created?.after, after: expect.stringMatching(/^.{64}$/) });
    expect(removed).toMatchObject({ before: renamed?.after, after: null });
  });

  test('notes a method that is not declared to read, whatever its name begins with', async () => {
    const { port, secrets, noted } = watchedThings();
    await port.getOrCreate(thing);
    await secrets.get('thg_1');
    expect(noted).toEqual([
      { kind: 'thing', id: 'thg_1', before: null, after: expect.stringMatching(/^.{64}$/) },
      { kind: 'secret', id: 'thg_1', before: null, after: null },
    ]);
  });

  test('does not note a write that changes nothing', async () => {
    const { port, noted } = watchedThings();
    expect(await port.rename('thg_2', 'two')).toBe(false);
    await port.create(thing);
    await port.create(thing);
    expect(noted).toHaveLength(1);
  });

  test('notes every write to what is not digested, and one whose id it cannot tell', async () => {
    const { port, secrets, noted } = watchedThings();
    await secrets.create(thing);
    await port.sweep(1);
    expect(noted).toEqual([
      { kind: 'secret', id: 'thg_1', before: null, after: null },
      { kind: 'thing', id: 'unknown', before: null, after: null },
    ]);
  });

  const noting = (read?: () => Promise<unknown>) => {
    const noted: AuditTarget[] = [];
    const trail = { started: () => {}, changed: (target: AuditTarget) => void noted.push(target) };
    return { noted, watch: { trail, kind: 'thing', ...(read && { read }) } };
  };

  test('hands on what a write throws, and notes what it had changed until then', async () => {
    let stored: Thing | undefined;
    const { noted, watch } = noting(async () => stored);
    const port = audited(watch, {
      create: async (given: Thing) => {
        stored = given;
        throw new Error('no table');
      },
      refuse: async (_: Thing) => Promise.reject(new Error('no table either')),
    });
    await expect(port.create(thing)).rejects.toThrow('no table');
    const created = { kind: 'thing', id: 'thg_1', before: null, after: expect.stringMatching(/^.{64}$/) };
    expect(noted).toEqual([created]);
    await expect(port.refuse(thing)).rejects.toThrow('no table either');
    expect(noted).toEqual([created]);
  });

  test('notes a write that throws where nothing is digested: it may have come through', async () => {
    const { noted, watch } = noting();
    const port = audited(watch, { create: async (_: Thing) => Promise.reject(new Error('no table')) });
    await expect(port.create(thing)).rejects.toThrow('no table');
    expect(noted).toEqual([{ kind: 'thing', id: 'thg_1', before: null, after: null }]);
  });

  test('notes a write after which nothing can be read, and answers as the write did', async () => {
    let reads = 0;
    const { noted, watch } = noting(async () => (reads++ === 0 ? undefined : Promise.reject(new Error('throttled'))));
    const port = audited(watch, { create: async (_: Thing) => 'made' });
    expect(await port.create(thing)).toBe('made');
    expect(noted).toEqual([{ kind: 'thing', id: 'thg_1', before: null, after: 'unknown' }]);
  });

  test('watches the second argument of one method where it is told to', async () => {
    const { noted, watch } = noting();
    const port = audited(
      { ...watch, only: { method: 'create', argument: 1 } },
      { create: async (_: Thing, __: { id: string }) => {}, update: async (_: Thing, __: Thing) => {} },
    );
    await port.update(thing, thing);
    expect(noted).toEqual([]);
    await port.create(thing, { id: 'prt_1' });
    expect(noted).toEqual([{ kind: 'thing', id: 'prt_1', before: null, after: null }]);
  });
});
