import type { FullMapping } from '../mapping.ts';

/** How the bodies of a sender are read that has no format of its own. */
export interface Preset {
  mapping: FullMapping;
  /** Where the shape is from. */
  source: string;
  /**
   * Who decides what is sent: the sender, so that bodies that were published show it; or whoever fills in a template,
   * for which the manual has one, and which no sender but our own tests has confirmed.
   */
  shape: 'published' | 'template';
}
