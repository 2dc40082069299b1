import { setImmediate } from 'node:timers/promises';

/**
 * What is asked for within one turn of the event loop is worked on together, `most` at a time: many small calls that
 * run side by side become few large ones. `work` gives an answer for each item, in their order; its failure is the
 * failure of each.
 */
export function together<Item, Answer>(
  most: number,
  work: (items: Item[]) => Promise<Answer[]>,
): (item: Item) => Promise<Answer> {
  let waiting: Group<Item, Answer> | undefined;

  function open(): Group<Item, Answer> {
    const items: Item[] = [];
    const answers = setImmediate().then(async () => {
      if (waiting?.items === items) waiting = undefined;
      return (await work(items)).map((value) => ({ value }));
    });
    return { items, answers };
  }

  return async (item) => {
    if (!waiting || waiting.items.length >= most) waiting = open();
    const { items, answers } = waiting;
    const index = items.push(item) - 1;
    const answer = (await answers)[index];
    if (!answer) throw new Error(`Of ${items.length} that were asked for together, not all were answered`);
    return answer.value;
  };
}

interface Group<Item, Answer> {
  items: Item[];
  answers: Promise<{ value: Answer }[]>;
}
