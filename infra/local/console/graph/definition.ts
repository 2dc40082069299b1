import { z } from 'zod';
import type { MachineGraph, MachineState, Transition } from '../views.ts';

const target = z.object({ Next: z.string() });
const stateSchema = z.object({
  Type: z.string(),
  Comment: z.string().optional(),
  Next: z.string().optional(),
  Choices: z.array(target).default([]),
  Default: z.string().optional(),
  Catch: z.array(target).default([]),
  get ItemProcessor() {
    return machineSchema.optional();
  },
});
const machineSchema = z.object({
  StartAt: z.string(),
  get States(): z.ZodRecord<z.ZodString, typeof stateSchema> {
    return z.record(z.string(), stateSchema);
  },
});
type Machine = z.infer<typeof machineSchema>;
type State = z.infer<typeof stateSchema>;

/** The graph of a definition in the Amazon States Language. Throws where the text is none. */
export function graphOf(definition: string): MachineGraph {
  const machine = machineSchema.parse(JSON.parse(definition));
  const { states, transitions } = partOf(machine, null);
  return { startAt: machine.StartAt, states, transitions };
}

function partOf({ States }: Machine, parent: string | null): Omit<MachineGraph, 'startAt'> {
  const parts = Object.entries(States).map(([name, state]) => {
    const within = state.ItemProcessor && partOf(state.ItemProcessor, name);
    return {
      states: [stateOf(name, state, parent), ...(within?.states ?? [])],
      transitions: [...transitionsOf(name, state), ...(within?.transitions ?? [])],
    };
  });
  return {
    states: parts.flatMap(({ states }) => states),
    transitions: parts.flatMap(({ transitions }) => transitions),
  };
}

const stateOf = (name: string, { Type, Comment, ItemProcessor }: State, parent: string | null): MachineState => ({
  name,
  type: Type,
  comment: Comment ?? null,
  parent,
  startAt: ItemProcessor?.StartAt ?? null,
});

/** One for each pair of states: where an error and a choice lead to the same state, the choice is shown. */
function transitionsOf(from: string, { Next, Choices, Default, Catch }: State): Transition[] {
  const ways = [Next, ...Choices.map((choice) => choice.Next), Default].filter((to) => to !== undefined);
  const nexts = [...new Set(ways)];
  const catches = [...new Set(Catch.map(({ Next: to }) => to))].filter((to) => !nexts.includes(to));
  return [
    ...nexts.map((to) => ({ from, to, kind: 'next' as const })),
    ...catches.map((to) => ({ from, to, kind: 'catch' as const })),
  ];
}
