import { describe, expect, test } from 'vitest';
import { ApiRefusal } from '../../../../functions/api/manage/refusal.ts';
import type { AuthInput } from '../../../../functions/api/manage/webhooks/auth-input.ts';
import { webhookView, webhookViewSchema } from '../../../../functions/api/manage/webhooks/webhook-view.ts';
import { createWebhook, deleteWebhook, updateWebhook } from '../../../../functions/api/manage/webhooks/webhooks.ts';
import { versionLabel, type WebhookAuth } from '../../../../functions/domain/signature/auth.ts';
import type { Webhook } from '../../../../functions/domain/webhook/webhook.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';

const HOUR_MS = 3_600_000;

/** A webhook of `rly_1` that asks for what is given, and the means to ask for something else. */
async function prepare(auth: AuthInput) {
  const { deps, clock, webhookSecrets } = fakeManagement();
  const created = webhookOf(await createWebhook(deps, 'rly_1', { auth }));
  const id = { relayId: 'rly_1', id: created.id };
  const change = async (next: AuthInput | null) => updateWebhook(deps, id, { auth: next });
  /** Values of the secrets that the webhook names, as `current, previous until when`. */
  const named = ({ auth: asked }: Webhook) =>
    (asked?.versions ?? []).map(({ id: version, secrets, validUntil }) => {
      const stored = webhookSecrets.secrets.get(`${created.id}/${version}`);
      expect(stored?.secrets).toHaveLength(secrets);
      return [...(stored?.secrets ?? []), ...(validUntil === undefined ? [] : [validUntil])].join(' ');
    });
  return { deps, clock, created, id, change, named, webhookSecrets };
}
const webhookOf = (result: Webhook | ApiRefusal): Webhook => {
  if (result instanceof ApiRefusal) throw new Error(JSON.stringify(result.issues));
  return result;
};

describe('a secret', () => {
  test('is stored apart from its webhook, which names a version and never shows it', async () => {
    const { created, named } = await prepare({ scheme: 'github', secret: 'first secret' });
    expect(named(created)).toEqual(['first secret']);
    const view = webhookView(created);
    expect(webhookViewSchema.parse(JSON.parse(JSON.stringify(view))).auth).toEqual({
      scheme: 'github',
      secrets: 1,
      previousSecrets: 0,
      previousSecretsValidUntil: null,
    });
    expect(JSON.stringify(created)).not.toContain('first secret');
    const version = created.auth?.versions[0]?.id ?? '';
    expect(version).toMatch(/^[0-9a-f]{48}$/);
    expect(JSON.stringify(view)).not.toContain(version);
  });

  test('that is replaced works on for a day, or as long as is asked', async () => {
    const { change, clock, named } = await prepare({ scheme: 'github', secret: 'first secret' });
    const day = webhookOf(await change({ scheme: 'github', secret: 'second secret' }));
    expect(named(day)).toEqual(['second secret', 'first secret 2027-03-02T12:00:00.000Z']);
    expect(webhookView(day).auth).toMatchObject({
      secrets: 1,
      previousSecrets: 1,
      previousSecretsValidUntil: '2027-03-02T12:00:00.000Z',
    });
    await clock.sleep(HOUR_MS);
    const hour = webhookOf(await change({ scheme: 'github', secret: 'third secret', overlapHours: 1 }));
    expect(named(hour)).toEqual(['third secret', 'second secret 2027-03-01T14:00:00.000Z']);
  });

  test.each<Partial<AuthInput>>([{ keepPrevious: false }, { overlapHours: 0 }])(
    'that is replaced ends at once where %j is asked for',
    async (asked) => {
      const { change, named } = await prepare({ scheme: 'github', secret: 'first secret' });
      const changed = webhookOf(await change({ scheme: 'github', secret: 'second secret', ...asked }));
      expect(named(changed)).toEqual(['second secret']);
    },
  );

  test('that arrives twice is one rotation, with the end of the first', async () => {
    const { change, clock, named } = await prepare({ scheme: 'github', secret: 'first secret' });
    const once = webhookOf(await change({ scheme: 'github', secret: 'second secret' }));
    await clock.sleep(60_000);
    expect(webhookOf(await change({ scheme: 'github', secret: 'second secret' }))).toEqual(once);
    expect(named(once)).toEqual(['second secret', 'first secret 2027-03-02T12:00:00.000Z']);
  });

  test('that comes back after others is a version of its own, under a label that no live one has', async () => {
    const { change, named } = await prepare({ scheme: 'github', secret: 'secret of A' });
    const ids = new Set<string>();
    for (const name of ['B', 'C', 'A', 'B', 'A', 'C', 'A', 'B']) {
      const { auth, ...rest } = webhookOf(await change({ scheme: 'github', secret: `secret of ${name}` }));
      expect(named({ ...rest, ...(auth && { auth }) })[0]).toBe(`secret of ${name}`);
      const [current, previous] = auth?.versions ?? [];
      expect(ids).not.toContain(current?.id);
      ids.add(current?.id ?? '');
      expect(versionLabel(current?.id ?? '')).not.toBe(versionLabel(previous?.id ?? ''));
    }
  });

  test('that comes back after there was none is a new version too', async () => {
    const { created, change } = await prepare({ scheme: 'github', secret: 'first secret' });
    await change(null);
    const again = webhookOf(await change({ scheme: 'github', secret: 'first secret' }));
    expect(again.auth?.versions).toHaveLength(1);
    expect(again.auth?.versions[0]?.id).not.toBe(created.auth?.versions[0]?.id);
  });

  test('that is there already is stored once more: it may have been deleted by hand', async () => {
    const { created, change, named, webhookSecrets } = await prepare({ scheme: 'github', secret: 'first secret' });
    webhookSecrets.secrets.clear();
    expect(webhookOf(await change({ scheme: 'github', secret: 'first secret' }))).toEqual(created);
    expect(named(created)).toEqual(['first secret']);
  });

  test('that is left out stays, and an overlap can be ended by itself', async () => {
    const { change, named } = await prepare({ scheme: 'timestamp_body', secret: 'first secret' });
    await change({ scheme: 'timestamp_body', secret: 'second secret' });
    const hex = webhookOf(await change({ scheme: 'timestamp_body', encoding: 'hex' }));
    expect(hex.auth).toMatchObject({ encoding: 'hex' });
    expect(named(hex)).toEqual(['second secret', 'first secret 2027-03-02T12:00:00.000Z']);
    expect(named(webhookOf(await change({ scheme: 'timestamp_body', keepPrevious: false })))).toEqual([
      'second secret',
    ]);
  });

  test('of another scheme is not carried over', async () => {
    const { change, named } = await prepare({ scheme: 'github', secret: 'first secret' });
    expect(await change({ scheme: 'bearer' })).toMatchObject({ status: 400, issues: [{ path: ['auth', 'secret'] }] });
    expect(named(webhookOf(await change({ scheme: 'bearer', secret: 'a bearer token' })))).toEqual(['a bearer token']);
  });

  test('may be two at once, and has its user name beside it', async () => {
    const { created, webhookSecrets } = await prepare({
      scheme: 'basic',
      username: 'grafana',
      secrets: ['first secret', 'second secret'],
    });
    expect([...webhookSecrets.secrets.values()]).toEqual([
      { username: 'grafana', secrets: ['first secret', 'second secret'] },
    ]);
    expect(webhookView(created).auth).toMatchObject({ scheme: 'basic', secrets: 2 });
    expect(JSON.stringify(webhookView(created))).not.toContain('grafana');
  });

  test('of another webhook has another name there, also where both are the same', async () => {
    const [one, two] = [
      await prepare({ scheme: 'github', secret: 'first secret' }),
      await prepare({ scheme: 'github', secret: 'first secret' }),
    ];
    const other = webhookOf(
      await createWebhook(one.deps, 'rly_1', { auth: { scheme: 'github', secret: 'first secret' } }),
    );
    const versionOf = ({ auth }: { auth?: WebhookAuth | undefined }) => auth?.versions[0]?.id;
    expect(versionOf(two.created)).toBe(versionOf(one.created));
    expect(versionOf(other)).not.toBe(versionOf(one.created));
  });

  test('that cannot be stored changes nothing', async () => {
    const { deps, id, created } = await prepare({ scheme: 'github', secret: 'first secret' });
    const write = () => Promise.reject(new Error('throttled'));
    const failing = { ...deps, webhookSecrets: { ...deps.webhookSecrets, write } };
    const change = updateWebhook(failing, id, { auth: { scheme: 'github', secret: 'second secret' } });
    await expect(change).rejects.toThrow('throttled');
    expect(await deps.webhooks.get('rly_1', id.id)).toEqual(created);
  });
});

test('a webhook without authentication has none again, and its secret is gone once nothing names it', async () => {
  const { change, webhookSecrets, deps, id } = await prepare({ scheme: 'github', secret: 'first secret' });
  const update = () => Promise.reject(new Error('throttled'));
  const failing = { ...deps, webhooks: { ...deps.webhooks, update } };
  await expect(updateWebhook(failing, id, { auth: null })).rejects.toThrow('throttled');
  expect(webhookSecrets.secrets.size).toBe(1);
  const open = webhookOf(await change(null));
  expect(webhookSecrets.secrets.size).toBe(0);
  expect(open.auth).toBeUndefined();
  expect(webhookView(open).auth).toBeNull();
});

test('a webhook that is deleted takes its secret along', async () => {
  const { deps, id, webhookSecrets } = await prepare({ scheme: 'github', secret: 'first secret' });
  expect(await deleteWebhook(deps, id)).toEqual({ success: true });
  expect(webhookSecrets.secrets.size).toBe(0);
});

test('a removal that broke off is made good by the next, or by the deletion', async () => {
  const { deps, id, change, webhookSecrets } = await prepare({ scheme: 'github', secret: 'first secret' });
  const secretsThere = new Map(webhookSecrets.secrets);
  const remove = () => Promise.reject(new Error('throttled'));
  const failing = { ...deps, webhookSecrets: { ...webhookSecrets, remove } };
  await expect(updateWebhook(failing, id, { auth: null })).rejects.toThrow('throttled');
  expect(webhookOf(await change(null)).auth).toBeUndefined();
  expect(webhookSecrets.secrets.size).toBe(0);
  for (const [name, secret] of secretsThere) webhookSecrets.secrets.set(name, secret);
  expect(await deleteWebhook(deps, id)).toEqual({ success: true });
  expect(webhookSecrets.secrets.size).toBe(0);
});
