import { describe, expect, test } from 'vitest';
import { Door } from '../../support/fakes/door.ts';

const hidden = '\u200b\u202e\ufe0f\u3164\u2800\u{e0041}\u{e0042}\u034f';
const secret = 'hunter2-and-more';

describe('the title of an alert', () => {
  test('has nothing in it that cannot be seen, and its incident is the one it was', async () => {
    const door = new Door();
    await door.post({ title: `Disk${hidden} full`, message: `since${hidden} noon` });
    await door.post({ title: `Disk${hidden} full`, message: 'again' });
    expect(door.alerts).toHaveLength(1);
    expect(door.alerts[0]?.title).toBe('Disk full');
    // Made of the title as it was sent: what was open before goes on.
    await door.post({ title: 'Disk full' });
    expect(new Set(door.alerts.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  test('that cannot be seen at all has a name of ours', async () => {
    const door = new Door();
    await door.post({ title: hidden });
    expect(door.alerts[0]?.title).toBe('Untitled alert');
  });

  test('shows no credential in executions and in decisions', async () => {
    const door = new Door();
    await door.post({ title: `Login failed with password=${secret}`, dedup_key: 'login' });
    await door.post({ title: `Login failed with password=${secret}`, dedup_key: 'other' });
    const { executions, rows } = door.world;
    expect(door.starts).toBe(1);
    expect(JSON.stringify([...executions.values()])).toContain('Login failed with password=[redacted]');
    expect(JSON.stringify([[...executions.values()], [...rows.decisions.own.values()]])).not.toContain(secret);
  });
});
