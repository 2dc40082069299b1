import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Bundles, functionNames } from '../bundle.ts';
import { type FunctionName, type FunctionSpec, functionSpecs } from '../functions.ts';
import { RelayFunction } from './relay-function.ts';

interface FunctionsProps {
  bundles: Bundles;
  logRetention: RetentionDays;
  stoppedDeadLetters: IQueue;
  /** Absent where no door for alarms is open: then there is no receive-alarm. */
  alarmDeadLetters?: IQueue | undefined;
}

/** Memory buys CPU: 512 MiB is 0.29 of a core. A cold receive-alert has to answer within a second. */
const MEMORY_MIB = 512;

type CamelCase<Name> = Name extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<CamelCase<Rest>>}` : Name;
type Functions = {
  [Name in FunctionName as CamelCase<Name>]: Name extends 'receive-alarm' ? RelayFunction | undefined : RelayFunction;
};

/** All functions by their names in camel case; `decide-step` has the construct `DecideStep`. */
export function createFunctions(scope: Construct, props: FunctionsProps): Functions {
  const { bundles, logRetention, stoppedDeadLetters, alarmDeadLetters } = props;
  const queues = { stopped: stoppedDeadLetters, alarms: alarmDeadLetters };
  const functions = functionNames.flatMap((name) => {
    const { description, timeoutSeconds, sourceMaps = true, deadLetters }: FunctionSpec = functionSpecs[name];
    const deadLetterQueue = deadLetters && queues[deadLetters];
    if (deadLetters && !deadLetterQueue) return [];
    const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const { folder } = bundles[name];
    const fn = new RelayFunction(scope, id, {
      ...{ description, folder, timeoutSeconds, memoryMiB: MEMORY_MIB, logRetention, sourceMaps },
      ...(deadLetterQueue && { deadLetterQueue }),
    });
    return [[`${id.charAt(0).toLowerCase()}${id.slice(1)}`, fn]];
  });
  return Object.fromEntries(functions) as Functions;
}
