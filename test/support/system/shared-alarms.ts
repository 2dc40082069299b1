import { z } from 'zod';
import { type SynthesizedAlarm, synthesizedAlarmSchema } from '../alarm-firing.ts';
import { askShared } from './ask-shared.ts';

/** The alarms of a stack that has every door, by their names: synthesized once for all files. */
export const sharedAlarms = async (): Promise<Map<string, SynthesizedAlarm>> =>
  new Map(z.array(z.tuple([z.string(), synthesizedAlarmSchema])).parse(await askShared('alarms')));
