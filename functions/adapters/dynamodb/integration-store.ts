import * as z from 'zod';
import { type Binding, type Integration, integrationSchema } from '../../domain/rule/integration.ts';
import type { IntegrationStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
import { type Condition, getRow, putRow, setAttributes } from './rows.ts';
import { isFree, isThere, isUnchangedSince, markDeleted } from './soft-delete.ts';
import type { Table } from './table.ts';

/**
 * The row keeps metadata as JSON text: a document attribute refuses large numbers and deep nesting, and loses order.
 */
const rowSchema = z.object({ metadataJson: z.string() });

const isUnbound: Condition = {
  expression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt) AND attribute_not_exists(binding)',
};

/** Integrations, one row each in one partition; without their passwords. */
export function createIntegrationStore(table: Table): IntegrationStore {
  return {
    create: ({ metadata, ...integration }) => {
      const row = { ...keys.integration(integration.id), ...integration, metadataJson: JSON.stringify(metadata) };
      return putRow(table, row, isFree);
    },

    update: ({ id, name, metadata, binding, shortPassword, updatedAt }, before) => {
      const attributes = { name, metadataJson: JSON.stringify(metadata), binding, shortPassword, updatedAt };
      return setAttributes(table, keys.integration(id), attributes, isUnchangedSince(before.updatedAt));
    },

    async bindFirst(id, origin) {
      const binding: Binding = { origins: [origin], from: 'first_rule' };
      if (await setAttributes(table, keys.integration(id), { binding }, isUnbound)) return binding;
      const row = await getRow(table, keys.integration(id));
      const found = row && parse(row);
      return found && isThere(found) ? found.binding : undefined;
    },

    markDeleted: (id, at) => markDeleted(table, keys.integration(id), at),

    async get(id) {
      const row = await getRow(table, keys.integration(id));
      const found = row && parse(row);
      return found?.deletedAt === undefined ? found : undefined;
    },

    async list() {
      const rows = await queryPartition(table, keys.integrations);
      return rows.map(parse).filter(isThere).sort(byAge);
    },
  };
}

function parse({ pk, sk, ...row }: Record<string, unknown>): Integration {
  const { metadataJson } = rowSchema.parse(row);
  const { metadataJson: _, ...integration } = row;
  return integrationSchema.parse({ ...integration, metadata: JSON.parse(metadataJson) });
}
