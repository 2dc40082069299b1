import type { DecisionStore, Ledger } from '../ports.ts';
import { addCount } from './metrics.ts';

/**
 * `Decisions` counts what is decided when an alert is routed. What finds no entry of the catalogue only later, at the
 * step of a relay run, or as a storm, is counted here, so that somebody hears of it.
 */
const countLater = (count: number): void => addCount({}, 'NoServiceLater', count);

/** The same ports, whose moves to `no_service` are counted. */
export const countingServices = <Deps extends { decisions: Pick<DecisionStore, 'move'> }>(deps: Deps): Deps => ({
  ...deps,
  decisions: {
    ...deps.decisions,
    async move(...moved: Parameters<DecisionStore['move']>) {
      const isMoved = await deps.decisions.move(...moved);
      if (isMoved && moved[0].reason === 'no_service') countLater(1);
      return isMoved;
    },
  },
});

/** The same ledger, of whose moves each alert of a storm that has no service is counted. */
export const countingStorms = <Moves extends Pick<Ledger, 'moved'>>(ledger: Moves): Moves => ({
  ...ledger,
  async moved(...moved: Parameters<Ledger['moved']>) {
    await ledger.moved(...moved);
    const { no_service: count = 0 } = moved[0].reasons;
    if (count > 0) countLater(count);
  },
});
