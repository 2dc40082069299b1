/** Where a reader is, from the part of the address behind `#`. */
export interface Place {
  view: 'alerts' | 'executions' | 'storms' | 'ledger';
  /** Of the one that is looked at; undefined: the list. */
  id: string | undefined;
  /** Of an execution. */
  state: string | undefined;
}

export const views = [
  ['alerts', 'Alerts'],
  ['executions', 'Executions'],
  ['storms', 'Storms'],
  ['ledger', 'Ledger'],
] as const satisfies readonly (readonly [Place['view'], string])[];

export function placeOf(hash: string): Place {
  const [view = '', id, state] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  const known = views.find(([name]) => name === view);
  return { view: known?.[0] ?? 'alerts', id: id !== undefined && /^[\w.-]+$/.test(id) ? id : undefined, state };
}

export const linkTo = (view: Place['view'], ...parts: string[]): string =>
  `#/${[view, ...parts.map(encodeURIComponent)].join('/')}`;

/** Made for each click: it leads to an address that opens for some minutes. */
export const resultLink = (jobId: string, part: string): string => `/console/results/${jobId}/${part}`;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
