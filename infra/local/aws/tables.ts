import type { Store } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { z } from 'zod';
import { hasRoom, isDiskFull } from './disk.ts';
import { AwsError } from './error.ts';
import { makeDirectory } from './private-files.ts';
import { parseRequest } from './request.ts';
import type { AwsService } from './service.ts';
import { sameTable, type TableDefinition, tableDescriptionSchema, wireDefinition } from './tables/definition.ts';
import { type Item, itemSchema } from './tables/item.ts';
import { MadeTokens } from './tables/made-tokens.ts';
import { type Operation, operations } from './tables/operations.ts';
import { isRecovery, recover } from './tables/recovery.ts';
import { asAwsError, openStore, type StoreOptions } from './tables/store.ts';
import { describeTimeToLive, timeToLiveSchemas } from './tables/time-to-live.ts';
import { type Action, readTransaction, transact } from './tables/transaction.ts';
import { Turns } from './tables/turns.ts';
import { type Before, Undo } from './tables/undo.ts';

export type { TableDefinition } from './tables/definition.ts';

const namesSchema = z.object({ TableNames: z.array(z.string()) });
const createdSchema = z.object({ TableName: z.string() });
const foundSchema = z.object({ Item: itemSchema.optional() });
const inputSchema = z.record(z.string(), z.unknown());

/**
 * DynamoDB on this machine: dynalite's engine on LevelDB, without its HTTP server, whose errors would end the process.
 *
 * Differences from AWS, by choice: of transactions only those that put and update; no streams; and a field that
 * dynalite does not know is a ValidationException rather than ignored. Items outlive their time to live: AWS promises
 * an end only within days, so nothing may depend on it.
 */
export class Tables implements AwsService {
  readonly #options: StoreOptions;
  #store: Store;
  /** A write has failed half-way: LevelDB would lose what it appends behind that. */
  #isTorn = false;
  #isClosed = false;
  #reopening: Promise<void> | undefined;
  readonly #turns = new Turns();
  readonly #undo: Undo;
  readonly #made = new MadeTokens();
  /** Names of the keys of each table, the partition's first. */
  readonly #keyNames = new Map<string, string[]>();
  readonly #ttlAttributes = new Map<string, string>();

  private constructor(options: StoreOptions, store: Store) {
    this.#options = options;
    this.#store = store;
    this.#undo = new Undo(options.directory);
  }

  /** In memory without a `directory`. Throws where another process has the directory open. */
  static async open(options: StoreOptions): Promise<Tables> {
    if (options.directory !== undefined) makeDirectory(options.directory);
    const tables = new Tables(options, await openStore(options));
    const { TableNames } = namesSchema.parse(await tables.call('ListTables', {}));
    for (const name of TableNames) await tables.#noteKey(name);
    await tables.#takeBack();
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
    return this.#keyNames.get(name)?.[0];
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
      case 'TransactWriteItems':
        return this.#transact(readTransaction(structuredClone(input)));
      default:
        if (isRecovery(operation)) return recover(operation, input, (name, given) => this.call(name, given));
        return this.#run(operation, structuredClone(parseRequest(inputSchema, input)));
    }
  }

  /** Waits for what is under way, reads too: one that finds the database closed would end the process. */
  close(): Promise<void> {
    return this.#turns.alone(() => {
      this.#isClosed = true;
      return this.#store.db.close();
    });
  }

  async #run(name: string, input: Record<string, unknown>): Promise<unknown> {
    const operation = operations.get(name);
    if (!operation) throw new AwsError('UnknownOperationException', `DynamoDB has no operation ${name} here`);
    const { rules, harmless = [], isRead = false } = operation;
    for (const field of Object.keys(input)) {
      if (field in rules.types || harmless.includes(field)) continue;
      throw new AwsError('ValidationException', `${name}: the field ${field} is not supported here`);
    }
    if (this.#isTorn && !isRead) await this.#reopen();
    return this.#turns.shared(() => this.#act(operation, input));
  }

  async #act(operation: Operation, input: Record<string, unknown>, asChecked?: object): Promise<unknown> {
    if (this.#isClosed) throw new AwsError('ServiceUnavailable', 'The tables are closed', 503);
    try {
      const checked = asChecked ?? this.#check(operation, input);
      return await new Promise((resolve, reject) =>
        operation.act(this.#store, checked, (error, answer) => (error ? reject(error) : resolve(answer))),
      );
    } catch (error) {
      if (!operation.isRead && isDiskFull(error)) this.#isTorn = true;
      throw asAwsError(error);
    }
  }

  #check({ rules }: Operation, input: Record<string, unknown>): object {
    const checked = validations.checkTypes(input, rules.types);
    validations.checkValidations(checked, rules.types, rules.custom, this.#store);
    return checked;
  }

  async #transact(transaction: ReturnType<typeof readTransaction>): Promise<unknown> {
    if (this.#isTorn) await this.#reopen();
    return this.#turns.alone(async () => {
      const { ClientRequestToken: token } = transaction;
      if (token !== undefined && this.#made.has(token)) return {};
      const answer = await transact(
        {
          keyNamesOf: (table) => this.#keyNames.get(table) ?? [],
          read: (table, key) => this.#read(table, key),
          check: ({ operation, input }) => this.#check(operationOf(operation), input),
          write: ({ operation, input }, checked) => this.#act(operationOf(operation), input, checked),
          remember: (before) => this.#undo.remember(before),
          forget: () => this.#undo.forget(),
          takeBack: (before) => this.#takeBack(before),
        },
        transaction,
      );
      if (token !== undefined) this.#made.add(token);
      return answer;
    });
  }

  async #read(TableName: string, Key: Item): Promise<Item | undefined> {
    const answer = await this.#act(operationOf('GetItem'), { TableName, Key, ConsistentRead: true });
    return foundSchema.parse(answer).Item;
  }

  /** What an interrupted transaction has written: undone. */
  async #takeBack(before: Before | undefined = this.#undo.read()): Promise<void> {
    if (!before) return;
    for (const { table: TableName, key: Key, item: Item } of before) {
      await (Item
        ? this.#act(operationOf('PutItem'), { TableName, Item })
        : this.#act(operationOf('DeleteItem'), { TableName, Key }));
    }
    this.#undo.forget();
  }

  /** Goes on from what was written whole. Throws ServiceUnavailable as long as the disk has no room. */
  async #reopen(): Promise<void> {
    if (!hasRoom(this.#options.directory)) throw new AwsError('ServiceUnavailable', 'The disk is full', 503);
    this.#reopening ??= this.#turns
      .alone(() => this.#openAnew())
      .finally(() => {
        this.#reopening = undefined;
      });
    await this.#reopening;
  }

  async #openAnew(): Promise<void> {
    await this.#store.db.close();
    this.#store = await openStore(this.#options);
    await this.#takeBack();
    this.#isTorn = false;
  }

  async #noteKey(name: string): Promise<void> {
    const keySchema = (await this.#describe(name))?.KeySchema ?? [];
    const [hash, range] = ['HASH', 'RANGE'].map((type) => keySchema.find(({ KeyType }) => KeyType === type));
    if (hash) this.#keyNames.set(name, [hash.AttributeName, ...(range ? [range.AttributeName] : [])]);
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

function operationOf(name: 'GetItem' | 'DeleteItem' | Action['operation']): Operation {
  const operation = operations.get(name);
  if (!operation) throw new Error(`The engine has no operation ${name}`);
  return operation;
}
