import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Bundles, functionNames } from '../bundle.ts';
import type { Configuration } from '../configuration/schema.ts';
import { type FunctionName, type FunctionSpec, functionSpecs, memoryMiBOf } from '../functions.ts';
import { alarmDoorFiles } from './alarm-doors.ts';
import { createNetwork } from './network.ts';
import { RelayFunction } from './relay-function.ts';

interface FunctionsProps {
  bundles: Bundles;
  config: Configuration;
  stoppedDeadLetters: IQueue;
  /** Absent where no door for alarms is open: then there is no receive-alarm. */
  alarmDeadLetters?: IQueue | undefined;
}

type CamelCase<Name> = Name extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<CamelCase<Rest>>}` : Name;
/** Not in each stack: what the configuration may have off, and what needs a door for alarms. */
type SometimesThere = { optional: string } | { deadLetters: 'alarms' };
type Functions = {
  [Name in FunctionName as CamelCase<Name>]: (typeof functionSpecs)[Name] extends SometimesThere
    ? RelayFunction | undefined
    : RelayFunction;
};

/** All functions by their names in camel case; `decide-step` has the construct `DecideStep`. */
export function createFunctions(scope: Construct, props: FunctionsProps): Functions {
  const { bundles, config, stoppedDeadLetters, alarmDeadLetters } = props;
  const network = createNetwork(config);
  const queues = { stopped: stoppedDeadLetters, alarms: alarmDeadLetters };
  const functions = functionNames.flatMap((name) => {
    const spec: FunctionSpec = functionSpecs[name];
    const { room, description, timeoutSeconds, sourceMaps = true, deadLetters, optional } = spec;
    if (optional && config[optional] === 'off') return [];
    const deadLetterQueue = deadLetters && queues[deadLetters];
    if (deadLetters && !deadLetterQueue) return [];
    const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const { folder } = bundles[name];
    const fn = new RelayFunction(scope, id, {
      ...{ room, description, folder, timeoutSeconds, memoryMiB: memoryMiBOf(name), sourceMaps },
      logRetention: config.logRetentionDays,
      files: { ...(spec.callsOut && network.files), ...(name === 'receive-alarm' && alarmDoorFiles(config)) },
      ...(deadLetterQueue && { deadLetterQueue }),
    });
    if (spec.callsOut) network.placesIn(fn);
    return [[`${id.charAt(0).toLowerCase()}${id.slice(1)}`, fn]];
  });
  return Object.fromEntries(functions) as Functions;
}
