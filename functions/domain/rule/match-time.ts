import * as z from 'zod';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Weekday = (typeof weekdays)[number];

const DAY_MINUTES = 1_440;
/** Names of zones come in any case, so the memory of them needs a bound. */
const MAX_CLOCKS = 100;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day such as "09:00"');

const timeZone = z
  .string()
  .max(64)
  .superRefine((name, context) => {
    if (isTimeZone(name)) return;
    const message = 'is no time zone: write a name such as "Europe/Berlin" or "UTC"';
    context.addIssue({ code: 'custom', message, params: { known: ['UTC', ...Intl.supportedValuesOf('timeZone')] } });
  });

/**
 * Hours of some days, by the clock on the wall of `timeZone`. `to` is not included. `to` before `from`: over midnight,
 * and the day is that of the start.
 */
export const timeSchema = z
  .strictObject({
    from: timeOfDay.optional(),
    to: timeOfDay.optional(),
    days: z.array(z.enum(weekdays)).min(1).max(weekdays.length).optional(),
    timeZone,
  })
  .superRefine(({ from, to, days }, context) => {
    const problem = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path });
    if (from === undefined && to === undefined && days === undefined) problem('must have from and to, days, or both');
    if (from === '24:00') problem('must be before 24:00', ['from']);
    if (to === '00:00') problem('must be "24:00" for the end of the day', ['to']);
    if (from !== undefined && from === to) problem('must differ from "from": leave both out for whole days', ['to']);
  });
export type TimeSpan = z.infer<typeof timeSchema>;

/**
 * Whether the moment lies in the span. Only the wall clock is asked, so on the days that clocks are changed a span is
 * an hour longer or shorter, and hours that do not exist match nothing.
 */
export function isWithin({ from = '00:00', to = '24:00', days = [...weekdays], timeZone: zone }: TimeSpan, at: Date) {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const { day, minutes } = wallClock(zone, at);
  const isIn = (began: Weekday) => days.includes(began);
  if (start < end) return minutes >= start && minutes < end && isIn(day);
  return (minutes >= start && isIn(day)) || (minutes < end && isIn(dayBefore(day)));
}

/** As a person would say it: `mon, tue 22:00 to 06:00 Europe/Berlin`. */
export function timeSentence({ from = '00:00', to = '24:00', days, timeZone: zone }: TimeSpan): string {
  return `${days === undefined ? '' : `${days.join(', ')} `}${from} to ${to} ${zone}`;
}

const minutesOf = (time: string): number => {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Math.min(Number(hours) * 60 + Number(minutes), DAY_MINUTES);
};

const dayBefore = (day: Weekday): Weekday => weekdays.at(weekdays.indexOf(day) - 1) ?? day;

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  if (clocks.size >= MAX_CLOCKS) clocks.clear();
  clocks.set(zone, clock);
  return clock;
}

function wallClock(zone: string, at: Date): { day: Weekday; minutes: number } {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const name = parts.get('weekday')?.toLowerCase();
  const day = weekdays.find((each) => each === name);
  if (!day) throw new RangeError('No weekday in the parts of a date');
  return { day, minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

function isTimeZone(name: string): boolean {
  try {
    return clockOf(name).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
