import { limits } from '../../../contract/limits.ts';
import { entriesOf } from '../../../domain/catalogue/catalogue.ts';
import type { Binding, Credentials, Integration } from '../../../domain/rule/integration.ts';
import { readConfig } from '../../../domain/rule/rule-config.ts';
import { listed } from '../../../domain/text/listed.ts';
import type {
  CatalogueStore,
  Clock,
  CreationClaims,
  CredentialsWriter,
  IntegrationStore,
  RelayStore,
  RuleStore,
} from '../../../ports.ts';
import { change, changeTime, conflict } from '../change.ts';
import { idOfCreation, secretCreationDigest } from '../creation.ts';
import { type Ids, keyedId } from '../ids.ts';
import { type ApiRefusal, invalid, notFound } from '../refusal.ts';
import { areHeadersChanged, droppedHeaders, nextBinding, splitMetadata, unknownHeader } from './binding.ts';
import type { IntegrationChange, IntegrationInput } from './integration-input.ts';

const DEFAULT_USERNAME = 'opencode';

export interface IntegrationDeps {
  integrations: IntegrationStore;
  credentials: CredentialsWriter;
  relays: Pick<RelayStore, 'list'>;
  rules: Pick<RuleStore, 'listByRelay'>;
  catalogue: Pick<CatalogueStore, 'current'>;
  claims: CreationClaims;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
}

/**
 * Stores the password in its secret, then the integration; or updates the integration of the same external key, where
 * metadata that is not named stays. The secret comes first: a listed integration always has its password.
 */
export async function createIntegration(
  deps: IntegrationDeps,
  input: IntegrationInput,
  caller: string,
): Promise<Integration | ApiRefusal> {
  const { name, provider, apiKey, externalKey } = input;
  const id =
    externalKey === undefined ? await unkeyedId(deps, input, caller) : keyedId('int', 'integration', externalKey);
  if (await deps.integrations.get(id)) {
    return externalKey === undefined ? repeat(deps, id, input) : updateIntegration(deps, id, input);
  }
  const { metadata, named, headers } = splitMetadata(input.metadata ?? {});
  const unknown = unknownHeader(headers, {});
  if (unknown !== undefined) return noStoredHeader(unknown);
  const binding = nextBinding(undefined, named);
  await deps.credentials.write(id, secretOf(metadata, apiKey, binding), { values: headers, dropped: [] });
  const now = deps.clock.now().toISOString();
  const fresh: Integration = {
    id,
    name,
    provider,
    metadata,
    ...(binding && { binding }),
    ...shortness(apiKey, false),
    createdBy: caller,
    createdAt: now,
    updatedAt: now,
  };
  if (await deps.integrations.create(fresh)) return fresh;
  return repeat(deps, id, input);
}

/** The same creation once more: the one that won is kept, and the later input where the two are not the same. */
async function repeat(deps: IntegrationDeps, id: string, input: IntegrationInput): Promise<Integration | ApiRefusal> {
  const stored = await deps.integrations.get(id);
  if (!stored) return notFound('integration');
  const { metadata, named, headers } = splitMetadata(input.metadata ?? stored.metadata, stored.metadata);
  const isSame =
    stored.name === input.name &&
    !areHeadersChanged(headers, stored.metadata) &&
    JSON.stringify(stored.metadata) === JSON.stringify(metadata) &&
    nextBinding(stored.binding, named) === stored.binding;
  return isSame ? stored : updateIntegration(deps, id, input);
}

const unkeyedId = (deps: IntegrationDeps, input: IntegrationInput, caller: string): Promise<string> =>
  idOfCreation(deps.claims, {
    digest: secretCreationDigest('createIntegration', caller, JSON.stringify(input)),
    freshId: deps.ids.random('int'),
    at: deps.clock.now(),
    isUntouched: async (id) => {
      const stored = await deps.integrations.get(id);
      return stored === undefined || stored.updatedAt === stored.createdAt;
    },
  });

export async function getIntegration(
  { integrations }: Pick<IntegrationDeps, 'integrations'>,
  id: string,
): Promise<Integration | ApiRefusal> {
  return (await integrations.get(id)) ?? notFound('integration');
}

/**
 * Changes what the input names; metadata without `origins` leaves the binding as it is. The password lies with its user
 * name and its origins in one secret, which this API may write and not read: another of these needs the password again.
 */
export const updateIntegration = (
  deps: IntegrationDeps,
  id: string,
  input: IntegrationChange,
): Promise<Integration | ApiRefusal> =>
  change({
    what: 'integration',
    read: () => deps.integrations.get(id),
    next: async (stored) => {
      const { name = stored.name, apiKey } = input;
      const { metadata, named, headers } = splitMetadata(input.metadata ?? stored.metadata, stored.metadata);
      const unknown = unknownHeader(headers, stored.metadata);
      if (unknown !== undefined) return noStoredHeader(unknown);
      const binding = nextBinding(stored.binding, named);
      const isMoved =
        usernameOf(metadata) !== usernameOf(stored.metadata) ||
        binding !== stored.binding ||
        areHeadersChanged(headers, stored.metadata);
      const changed = { ...stored, name, metadata, ...(binding && { binding }) };
      if (apiKey === undefined) {
        if (isMoved) return passwordRequired();
        const isSame = name === stored.name && JSON.stringify(metadata) === JSON.stringify(stored.metadata);
        return isSame ? stored : { ...changed, updatedAt: changeTime(deps.clock, stored) };
      }
      // In each attempt: user name and origins may be others than in the attempt before.
      const dropped = droppedHeaders(headers, stored.metadata);
      await deps.credentials.write(id, secretOf(metadata, apiKey, binding), { values: headers, dropped });
      return {
        ...changed,
        ...shortness(apiKey, stored.shortPassword ?? false),
        updatedAt: changeTime(deps.clock, stored),
      };
    },
    write: (wanted, before) => deps.integrations.update(wanted, before),
  });

/** The secret goes first: an interrupted deletion leaves an integration that can be deleted again. */
export async function deleteIntegration(deps: IntegrationDeps, id: string): Promise<{ success: true } | ApiRefusal> {
  const stored = await deps.integrations.get(id);
  if (!stored) return notFound('integration');
  const users = [...(await rulesOf(deps, id)), ...(await entriesFor(deps, id))];
  if (users.length > 0) return inUse(users);
  await deps.credentials.remove(id, Object.keys(splitMetadata(stored.metadata).headers));
  await deps.integrations.markDeleted(id, deps.clock.now().toISOString());
  return { success: true };
}

/** Names of the rules, switched off or not, whose config names the integration. */
async function rulesOf({ relays, rules }: IntegrationDeps, integrationId: string): Promise<string[]> {
  const found = await Promise.all((await relays.list()).map(({ id }) => rules.listByRelay(id)));
  return found.flat().flatMap((rule) => {
    const read = readConfig(rule);
    return read.ok && read.config.integrationId === integrationId ? [`"${rule.name}" (${rule.id})`] : [];
  });
}

/** Entries of the catalogue in force that name the integration. */
async function entriesFor({ catalogue }: IntegrationDeps, integrationId: string): Promise<string[]> {
  const entries = entriesOf(await catalogue.current()).filter((entry) => entry.integrationId === integrationId);
  return entries.map(({ name }) => `entry "${name}" of the catalogue`);
}

/** Enough to begin with; a list of all may be long. */
const NAMED_USERS = 5;

function inUse(users: string[]): ApiRefusal {
  return conflict(`The integration is used by ${listed(users, NAMED_USERS)}. Change or delete these first.`);
}

function passwordRequired(): ApiRefusal {
  const message =
    'is required when the user name (metadata.username, by default "opencode") or metadata.origins or metadata.headers change: they are stored together, and the stored password cannot be read here.';
  return invalid([{ path: ['apiKey'], code: 'required', message }]);
}

/** Whether a password is too short, where it is or the one before it was. */
function shortness(password: string, before: boolean): Pick<Integration, 'shortPassword'> {
  const shortPassword = password.length < limits.goodPasswordCharacters;
  return shortPassword || before ? { shortPassword } : {};
}

function noStoredHeader(name: string): ApiRefusal {
  const message = 'has no stored value that "***" could stand for: give its value.';
  return invalid([{ path: ['metadata', 'headers', name], code: 'invalid', message }]);
}

const secretOf = (metadata: Record<string, unknown>, password: string, binding: Binding | undefined): Credentials => ({
  username: usernameOf(metadata),
  password,
  ...(binding && { origins: binding.origins }),
});

/** The input's schema has made sure that a user name is a string. */
const usernameOf = ({ username }: Record<string, unknown>): string =>
  typeof username === 'string' ? username : DEFAULT_USERNAME;
