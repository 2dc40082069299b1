import { randomInt } from 'node:crypto';
import { dirname } from 'node:path';
import type { Clock } from '../clock.ts';
import { AwsError } from './error.ts';
import { makeDirectory } from './private-files.ts';
import { parseRequest } from './request.ts';
import { describeSecret, listSecrets, secretValue } from './secrets/answers.ts';
import { type Generate, generateSecret } from './secrets/generate.ts';
import { type Request, requestSchemas } from './secrets/requests.ts';
import { addVersion, moveStage, type Secret, SecretFile } from './secrets/secret-file.ts';
import type { AwsService } from './service.ts';

/** A secret as the template has it; its value is made once and kept over restarts. */
interface SecretDefinition {
  name: string;
  description?: string;
  generate?: Generate;
}

interface SecretsOptions {
  /** Its name or folder should say that it holds secrets: a test searches every other file for them. */
  file: string;
  region: string;
  account: string;
  clock: Clock;
}

const SUFFIX_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 6;
const SECONDS_PER_DAY = 86_400;

/**
 * Secrets Manager on this machine: values as text, without rotation, replication or a key of one's own. A deleted
 * secret stays marked and can be restored for ever.
 */
export class Secrets implements AwsService {
  readonly #options: SecretsOptions;
  readonly #file: SecretFile;
  /** By name. */
  readonly #secrets: Map<string, Secret>;

  private constructor(options: SecretsOptions) {
    this.#options = options;
    this.#file = new SecretFile(options.file);
    this.#secrets = new Map(this.#file.read().map((secret) => [secret.name, secret]));
  }

  static async open(options: SecretsOptions): Promise<Secrets> {
    makeDirectory(dirname(options.file));
    return new Secrets(options);
  }

  /** Returns the ARN. A secret that is there already stays as it is. */
  ensure({ name, description, generate }: SecretDefinition): string {
    const known = this.#secrets.get(name);
    if (known) return known.arn;
    return this.#create(name, description, generate && generateSecret(generate)).arn;
  }

  async call(operation: string, input: unknown): Promise<unknown> {
    const schemas = requestSchemas;
    switch (operation) {
      case 'CreateSecret':
        return this.#createSecret(parseRequest(schemas.CreateSecret, input));
      case 'GetSecretValue': {
        const { SecretId, ...version } = parseRequest(schemas.GetSecretValue, input);
        return secretValue(this.#find(SecretId, 'in use'), version);
      }
      case 'PutSecretValue':
        return this.#putSecretValue(parseRequest(schemas.PutSecretValue, input));
      case 'UpdateSecretVersionStage':
        return this.#moveStage(parseRequest(schemas.UpdateSecretVersionStage, input));
      case 'DeleteSecret':
        return this.#deleteSecret(parseRequest(schemas.DeleteSecret, input));
      case 'RestoreSecret': {
        const { deletedAt, ...secret } = this.#find(parseRequest(schemas.RestoreSecret, input).SecretId);
        this.#save(secret);
        return { ARN: secret.arn, Name: secret.name };
      }
      case 'DescribeSecret':
        return describeSecret(this.#find(parseRequest(schemas.DescribeSecret, input).SecretId));
      case 'ListSecrets':
        return listSecrets([...this.#secrets.values()], parseRequest(schemas.ListSecrets, input));
      default:
        throw new AwsError('UnknownOperationException', `Secrets Manager has no operation ${operation} here`);
    }
  }

  /** A repeat with the same token and value is the same creation. */
  #createSecret({ Name, Description, SecretString, ClientRequestToken }: Request<'CreateSecret'>) {
    const known = this.#secrets.get(Name);
    if (known?.deletedAt !== undefined) throw markedForDeletion('create this secret');
    const repeated = known?.versions.some(({ id, value }) => id === ClientRequestToken && value === SecretString);
    if (known && !repeated) {
      throw new AwsError('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`);
    }
    const secret = known ?? this.#create(Name, Description, SecretString, ClientRequestToken);
    const VersionId = secret.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.id;
    return { ARN: secret.arn, Name, ...(VersionId !== undefined && { VersionId }) };
  }

  #putSecretValue({ SecretId, SecretString, ClientRequestToken, VersionStages }: Request<'PutSecretValue'>) {
    const secret = this.#find(SecretId, 'in use');
    const changed = addVersion(secret, {
      value: SecretString,
      id: ClientRequestToken,
      at: this.#options.clock.now(),
      stages: VersionStages,
    });
    this.#save(changed.secret);
    const { id, stages } = changed.version;
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
  }

  #moveStage({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }: Request<'UpdateSecretVersionStage'>) {
    const secret = this.#find(SecretId);
    this.#save(moveStage(secret, { stage: VersionStage, from: RemoveFromVersionId, to: MoveToVersionId }));
    return { ARN: secret.arn, Name: secret.name };
  }

  #deleteSecret({ SecretId, RecoveryWindowInDays }: Request<'DeleteSecret'>) {
    const secret = this.#find(SecretId, 'in use');
    const deletedAt = this.#options.clock.now();
    this.#save({ ...secret, deletedAt });
    const DeletionDate = deletedAt / 1_000 + RecoveryWindowInDays * SECONDS_PER_DAY;
    return { ARN: secret.arn, Name: secret.name, DeletionDate };
  }

  #create(name: string, description?: string, value?: string, token?: string): Secret {
    const { region, account, clock } = this.#options;
    const suffix = Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_CHARACTERS[randomInt(SUFFIX_CHARACTERS.length)]);
    const empty: Secret = {
      arn: `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix.join('')}`,
      name,
      ...(description !== undefined && { description }),
      createdAt: clock.now(),
      changedAt: clock.now(),
      versions: [],
    };
    const secret = value === undefined ? empty : addVersion(empty, { value, id: token, at: clock.now() }).secret;
    this.#save(secret);
    return secret;
  }

  /** By name, ARN, or ARN without its random ending. */
  #find(id: string, state: 'in use' | 'any' = 'any'): Secret {
    const names = ({ name, arn }: Secret) => [name, arn, arn.slice(0, -(SUFFIX_LENGTH + 1))];
    const found = [...this.#secrets.values()].find((secret) => names(secret).includes(id));
    if (found && state === 'in use' && found.deletedAt !== undefined) throw markedForDeletion('perform this operation');
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /** The file first: what a caller sees is on disk. */
  #save(secret: Secret): void {
    this.#file.replace([...this.#secrets.values()].filter(({ name }) => name !== secret.name).concat(secret));
    this.#secrets.set(secret.name, secret);
  }
}

const markedForDeletion = (what: string) =>
  new AwsError('InvalidRequestException', `You can't ${what} because it was marked for deletion.`);
