import type { World } from '../command.ts';
import type { StackView } from './aws-checks.ts';
import { clientOptions, placeOf, viewStack } from './stack-view.ts';

/**
 * The stack that the environment and the options name, and what further clients of it are made with. Throws where it
 * cannot be seen.
 */
export async function findStack(
  world: Pick<World, 'environment' | 'wait'>,
  { stack, data }: { stack: string; data: string },
): Promise<{ view: StackView; options: ReturnType<typeof clientOptions> }> {
  const place = await placeOf(world, data);
  return { view: await viewStack(stack, world.wait, place), options: clientOptions(place) };
}
