import type { ReasonCounts } from '../../contract/reason-codes.ts';
import { type DeliveryAccount, ledgerDayOf, totalOf } from '../../domain/decision/ledger.ts';
import type { Ledger } from '../../ports.ts';
import { Rows } from './rows.ts';

interface LedgerRows {
  deliveries: Rows<DeliveryAccount>;
  moves: Rows<ReasonCounts>;
}

export const ledgerRows = (): LedgerRows => ({ deliveries: new Rows(), moves: new Rows() });

export function memoryLedger({ deliveries, moves }: LedgerRows): Ledger {
  const of = <Row>(rows: Rows<Row>, relayId: string, day: string): Row[] =>
    [...rows.own].flatMap(([key, row]) => (key.startsWith(`${relayId} ${day} `) ? [row] : []));
  return {
    async accepted({ relayId, day, deliveryId, ...account }) {
      await deliveries.createOrGet(`${relayId} ${day} ${deliveryId}`, account);
    },
    async decided({ relayId, day, deliveryId, ...decided }) {
      const account = { ...decided, decisions: totalOf(decided.reasons) };
      await deliveries.change(`${relayId} ${day} ${deliveryId}`, (row) => (row?.reasons ? undefined : account));
    },
    async moved({ relayId, day, id, reasons }) {
      await moves.change(`${relayId} ${day} ${id}`, () => reasons);
    },
    day: async (relayId, day) => ledgerDayOf(of(deliveries, relayId, day), of(moves, relayId, day)),
  };
}
