import db, { type Store } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { z } from 'zod';
import { hasRoom, isDiskFull } from './disk.ts';
import { AwsError } from './error.ts';
import { makeDirectory } from './private-files.ts';
import { parseRequest } from './request.ts';
import type { AwsService } from './service.ts';
import { sameTable, type TableDefinition, tableDescriptionSchema, wireDefinition } from './tables/definition.ts';
import { operations } from './tables/operations.ts';
import { describeTimeToLive, timeToLiveSchemas } from './tables/time-to-live.ts';

export type { TableDefinition } from './tables/definition.ts';

interface TablesOptions {
  /** Without one, in memory. */
  directory?: string;
  region: string;
  account: string;
}

const namesSchema = z.object({ TableNames: z.array(z.string()) });
const createdSchema = z.object({ TableName: z.string() });
const inputSchema = z.record(z.string(), z.unknown());
/** dynalite's errors: the body is AWS's own. */
const refusalSchema = z.object({
  statusCode: z.number(),
  body: z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() }),
});

/**
 * DynamoDB on this machine: dynalite's engine on LevelDB, without its HTTP server, whose errors would end the process.
 *
 * Differences from AWS, by choice: no transactions and no streams, and a field that dynalite does not know is a
 * ValidationException rather than ignored. Items outlive their time to live: AWS promises an end only
 * within days, so nothing may depend on it.
 */
export class Tables implements AwsService {
  readonly #options: TablesOptions;
  #store: Store;
  /** A write has failed half-way: LevelDB would lose what it appends behind that. */
  #isTorn = false;
  #reopening: Promise<void> | undefined;
  readonly #partitionKeys = new Map<string, string>();
  readonly #ttlAttributes = new Map<string, string>();

  private constructor(options: TablesOptions, store: Store) {
    this.#options = options;
    this.#store = store;
  }

  /** In memory without a `directory`. Throws where another process has the directory open. */
  static async open(options: TablesOptions): Promise<Tables> {
    if (options.directory !== undefined) makeDirectory(options.directory);
    const tables = new Tables(options, await openStore(options));
    const { TableNames } = namesSchema.parse(await tables.call('ListTables', {}));
    for (const name of TableNames) await tables.#noteKey(name);
    return tables;
  }

  /** Resolves once the table is ACTIVE. One that is there keeps its items; throws where its keys are others. */
  async ensure(table: TableDefinition): Promise<void> {
    if (table.ttlAttribute !== undefined) this.#ttlAttributes.set(table.name, table.ttlAttribute);
    const found = await this.#describe(table.name);
    if (!found) {
      await this.call('CreateTable', wireDefinition(table));
      // The engine itself says ACTIVE one tick later; its own write and this one are the same.
      await this.#activate(table.name);
      return;
    }
    if (!sameTable(found, table)) {
      throw new Error(
        `Table ${table.name} is stored with other keys than the template has. Delete the data to begin anew.`,
      );
    }
    // A kill just after its creation left it CREATING for ever.
    if (found.TableStatus !== 'ACTIVE') await this.#activate(table.name);
  }

  /** The attribute that the items of a table are partitioned by. */
  partitionKeyOf(name: string): string | undefined {
    return this.#partitionKeys.get(name);
  }

  async call(operation: string, input: unknown): Promise<unknown> {
    switch (operation) {
      case 'UpdateTimeToLive':
        return this.#updateTimeToLive(parseRequest(timeToLiveSchemas.UpdateTimeToLive, input));
      case 'DescribeTimeToLive': {
        const { TableName } = parseRequest(timeToLiveSchemas.DescribeTimeToLive, input);
        await this.call('DescribeTable', { TableName });
        return describeTimeToLive(this.#ttlAttributes.get(TableName));
      }
      case 'CreateTable': {
        const answer = await this.#run(operation, structuredClone(parseRequest(inputSchema, input)));
        await this.#noteKey(createdSchema.parse(input).TableName);
        return answer;
      }
      default:
        return this.#run(operation, structuredClone(parseRequest(inputSchema, input)));
    }
  }

  /** Waits for writes under way. */
  close(): Promise<void> {
    return this.#store.db.close();
  }

  async #run(name: string, input: Record<string, unknown>): Promise<unknown> {
    const operation = operations.get(name);
    if (!operation) throw new AwsError('UnknownOperationException', `DynamoDB has no operation ${name} here`);
    const { act, rules, harmless = [], isRead = false } = operation;
    for (const field of Object.keys(input)) {
      if (field in rules.types || harmless.includes(field)) continue;
      throw new AwsError('ValidationException', `${name}: the field ${field} is not supported here`);
    }
    if (this.#isTorn && !isRead) await this.#reopen();
    try {
      const checked = validations.checkTypes(input, rules.types);
      validations.checkValidations(checked, rules.types, rules.custom, this.#store);
      return await new Promise((resolve, reject) =>
        act(this.#store, checked, (error, answer) => (error ? reject(error) : resolve(answer))),
      );
    } catch (error) {
      if (!isRead && isDiskFull(error)) this.#isTorn = true;
      throw asAwsError(error);
    }
  }

  /**
   * Reads what was written whole, and goes on from there. Throws ServiceUnavailable as long as the disk has no room.
   */
  async #reopen(): Promise<void> {
    if (!hasRoom(this.#options.directory)) throw new AwsError('ServiceUnavailable', 'The disk is full', 503);
    this.#reopening ??= this.#openAnew().finally(() => {
      this.#reopening = undefined;
    });
    await this.#reopening;
  }

  async #openAnew(): Promise<void> {
    await this.#store.db.close();
    this.#store = await openStore(this.#options);
    this.#isTorn = false;
  }

  async #noteKey(name: string): Promise<void> {
    const hash = (await this.#describe(name))?.KeySchema.find(({ KeyType }) => KeyType === 'HASH');
    if (hash) this.#partitionKeys.set(name, hash.AttributeName);
  }

  async #describe(TableName: string) {
    try {
      const { Table } = tableDescriptionSchema.parse(await this.call('DescribeTable', { TableName }));
      return Table;
    } catch (error) {
      if (error instanceof AwsError && error.type === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  async #activate(name: string): Promise<void> {
    const found = await this.#describe(name);
    const indexes = found?.GlobalSecondaryIndexes.map((index) => ({ ...index, IndexStatus: 'ACTIVE' })) ?? [];
    const table = {
      ...found,
      TableStatus: 'ACTIVE',
      GlobalSecondaryIndexes: indexes.length > 0 ? indexes : undefined,
    };
    await new Promise<void>((resolve, reject) =>
      this.#store.tableDb.put(name, table, (error) => (error ? reject(error) : resolve())),
    );
  }

  async #updateTimeToLive({
    TableName,
    TimeToLiveSpecification,
  }: z.infer<(typeof timeToLiveSchemas)['UpdateTimeToLive']>) {
    await this.call('DescribeTable', { TableName });
    const { Enabled, AttributeName } = TimeToLiveSpecification;
    if (Enabled) this.#ttlAttributes.set(TableName, AttributeName);
    else this.#ttlAttributes.delete(TableName);
    return { TimeToLiveSpecification };
  }
}

/**
 * LevelDB maps the files that it has open into memory: the fewest that it allows, 74, of which 64 hold tables, each of
 * its smallest size, are 64 MB at most, however much is stored.
 */
const levelOptions = { maxOpenFiles: 74, maxFileSize: 1024 * 1024 };

async function openStore({ directory, region, account }: TablesOptions): Promise<Store> {
  const times = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const store = db.create({ ...times, ...(directory !== undefined && { path: directory }) });
  store.tableDb.awsRegion = region;
  store.tableDb.awsAccountId = account;
  try {
    await store.db.open(levelOptions);
  } catch (cause) {
    const reason = isLocked(cause) ? 'another process has them open. Stop it, or use another folder' : 'see the cause';
    throw new Error(`The tables in ${directory} cannot be opened: ${reason}.`, { cause });
  }
  return store;
}

function asAwsError(error: unknown): unknown {
  const refusal = refusalSchema.safeParse(error);
  if (!refusal.success) return error;
  const { statusCode, body } = refusal.data;
  const type = body.__type.split('#').at(-1) ?? body.__type;
  return new AwsError(type, body.message ?? body.Message ?? '', statusCode);
}

function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED';
}
