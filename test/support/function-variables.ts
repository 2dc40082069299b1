import { z } from 'zod';
import type { FunctionName } from '../../infra/functions.ts';
import { referenceText } from './references.ts';
import { resourcesIn, synthesizedTemplate } from './stack.ts';

const relay = `rly_${'0'.repeat(32)}`;
const { named } = resourcesIn(synthesizedTemplate({ cloudWatchAlarmsRelay: relay }));
const variablesSchema = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

/** As the stack sets them. */
export const variablesOf = (name: FunctionName): Record<string, string> => {
  const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const { Variables } = variablesSchema.parse(named('AWS::Lambda::Function', `${id}Function`).Properties).Environment;
  return Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, referenceText(value)]));
};
