import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import deleteTable from 'dynalite/actions/deleteTable.js';
import describeTable from 'dynalite/actions/describeTable.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import type { Store } from 'dynalite/db/index.js';
import type { Rules } from 'dynalite/validations/*.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import createTableRules from 'dynalite/validations/createTable.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import deleteTableRules from 'dynalite/validations/deleteTable.js';
import describeTableRules from 'dynalite/validations/describeTable.js';
import getItemRules from 'dynalite/validations/getItem.js';
import listTablesRules from 'dynalite/validations/listTables.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import updateItemRules from 'dynalite/validations/updateItem.js';

export interface Operation {
  act(store: Store, checked: object, done: (error: unknown, answer: unknown) => void): void;
  rules: Rules;
  /** Fields that dynalite drops and that change nothing here. */
  harmless?: string[];
  isRead?: boolean;
}

/** The operations of DynamoDB that dynalite has and somebody here uses. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['BatchGetItem', { act: batchGetItem, rules: batchGetItemRules, isRead: true }],
  ['BatchWriteItem', { act: batchWriteItem, rules: batchWriteItemRules }],
  ['CreateTable', { act: createTable, rules: createTableRules }],
  ['DeleteItem', { act: deleteItem, rules: deleteItemRules }],
  ['DeleteTable', { act: deleteTable, rules: deleteTableRules }],
  ['DescribeTable', { act: describeTable, rules: describeTableRules, isRead: true }],
  ['GetItem', { act: getItem, rules: getItemRules, isRead: true }],
  ['ListTables', { act: listTables, rules: listTablesRules, isRead: true }],
  ['PutItem', { act: putItem, rules: putItemRules }],
  ['Query', { act: query, rules: queryRules, isRead: true }],
  ['Scan', { act: scan, rules: scanRules, harmless: ['ConsistentRead'], isRead: true }],
  ['UpdateItem', { act: updateItem, rules: updateItemRules }],
]);
