import type { Credentials } from '../../domain/rule/integration.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { CredentialsReader, OriginBindings } from '../../ports.ts';

export interface Passwords {
  credentials: CredentialsReader;
  bindings: OriginBindings;
}

interface Authorizations {
  current: Record<string, string>;
  /** Of the password before; undefined where there is none, or where it is not for this origin. */
  previous(): Promise<Record<string, string> | undefined>;
}

/**
 * The Basic-auth header for calls of one origin, and those of a gateway before it: the one place where a secret becomes
 * a header. Throws EndpointRefused where the password is not for this origin: row and secret have to name it. `fresh`
 * reads the password past the cache.
 */
export async function authorizationsFor(
  { credentials, bindings }: Passwords,
  { origin }: URL,
  integrationId: string,
  { fresh }: { fresh: boolean },
): Promise<Authorizations> {
  // Of the row, which is not cached: an origin that was taken away is in the cached secret still.
  const bound = await bindings.originsOf(integrationId, origin);
  if (!bound.includes(origin)) throw endpointRefused(origin, integrationId, bound);
  let found = await credentials.read(integrationId, { fresh });
  // One that the owner has added a moment ago is not in the cached secret yet.
  if (!fresh && !(found.origins ?? bound).includes(origin)) {
    found = await credentials.read(integrationId, { fresh: true });
  }
  const named = found.origins ?? bound;
  if (!named.includes(origin)) throw endpointRefused(origin, integrationId, named);
  const { headerValues, previous } = found;
  return {
    current: { ...headerValues, authorization: basic(found) },
    async previous() {
      if (!previous || !(await mayGo(previous, bindings, integrationId, origin))) return undefined;
      return { ...headerValues, authorization: basic(previous) };
    },
  };
}

/**
 * A password that was replaced goes where it could go before, and nowhere else: one without origins was for what the
 * first rule has bound, which is known only where no owner has named others since.
 */
const mayGo = async (
  { origins }: Credentials,
  bindings: OriginBindings,
  integrationId: string,
  origin: string,
): Promise<boolean> => origins?.includes(origin) ?? (await bindings.isOfFirstRule?.(integrationId)) ?? false;

const basic = ({ username, password }: Pick<Credentials, 'username' | 'password'>): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

function endpointRefused(origin: string, integrationId: string, origins: readonly string[]): TaskError {
  const bound = origins.length === 0 ? 'is not bound to any origin yet' : `may go to ${origins.join(', ')} only`;
  return new TaskError(
    'EndpointRefused',
    `The password of integration ${integrationId} ${bound}, so nothing was sent to ${origin}. Correct the endpoint of the ` +
      'rule or of its entry in the catalogue, or name the origin in `metadata.origins` of the integration, together with its apiKey.',
  );
}
