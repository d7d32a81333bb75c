/** Finds the next moment of a daily or weekly schedule in its own time zone, right across changes of the clock. */

/** Monday is 1, Sunday is 7 (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Schedule {
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  /** Local times as `HH:MM`, at least one. */
  readonly dailyAt: readonly string[];
  /** Every day if unset. */
  readonly weekdays?: readonly Weekday[];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Asking the calendar takes a hundred microseconds, and between two moments every entry gets the same answer. */
const latestMoments = new WeakMap<Schedule, { readonly sinceMs: number; readonly momentMs: number }>();

/**
 * The first moment after `afterMs`. A local time that the clock shows twice is two moments; one that it skips is the
 * moment of the skip. Both are the careful choice: an entry may end too early by them, never too late.
 */
export function nextMomentMs(schedule: Schedule, afterMs: number): number {
  const latest = latestMoments.get(schedule);
  if (latest !== undefined && latest.sinceMs <= afterMs && afterMs < latest.momentMs) return latest.momentMs;
  const momentMs = findMomentMs(schedule, afterMs);
  latestMoments.set(schedule, { sinceMs: afterMs, momentMs });
  return momentMs;
}

function findMomentMs(schedule: Schedule, afterMs: number): number {
  const offsets = zoneOffsets(schedule.timeZone);
  const localDayMs = Math.floor((afterMs + offsets(afterMs)) / dayMs) * dayMs;
  let nearestMs = Infinity;
  // Starts a day early, because a skip of a whole day (Samoa, 2011) is a moment of the day before; ends a week and a day later.
  for (let day = -1; day <= 8; day++) {
    const dateMs = localDayMs + day * dayMs;
    if (!isOn(schedule, dateMs)) continue;
    for (const time of schedule.dailyAt) {
      for (const momentMs of momentsShowing(dateMs + minutesOf(time) * minuteMs, offsets)) {
        if (momentMs > afterMs && momentMs < nearestMs) nearestMs = momentMs;
      }
    }
    // No zone is more than 14 hours ahead of UTC: the next day's moments all lie behind this one.
    if (nearestMs <= dateMs + dayMs - 14 * 3_600_000) break;
  }
  return nearestMs;
}

function isOn(schedule: Schedule, dateMs: number): boolean {
  if (schedule.weekdays === undefined) return true;
  const weekday = (((new Date(dateMs).getUTCDay() + 6) % 7) + 1) as Weekday;
  return schedule.weekdays.includes(weekday);
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

type OffsetAt = (atMs: number) => number;

/** `localMs` is a wall-clock reading, counted as if it were UTC. */
function momentsShowing(localMs: number, offsetAt: OffsetAt): number[] {
  const before = offsetAt(localMs - dayMs);
  const after = offsetAt(localMs + dayMs);
  const moments = [...new Set([localMs - before, localMs - after])].filter(
    (momentMs) => momentMs + offsetAt(momentMs) === localMs,
  );
  return moments.length > 0 ? moments : [changeOfClockMs(localMs - after, localMs - before, offsetAt)];
}

/** The first millisecond of the new offset between two moments that lie on both sides of it. */
function changeOfClockMs(earlierMs: number, laterMs: number, offsetAt: OffsetAt): number {
  const oldOffset = offsetAt(earlierMs);
  let low = earlierMs;
  let high = laterMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === oldOffset) low = middle;
    else high = middle;
  }
  return high;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that a zone's wall clock is ahead of UTC. */
function zoneOffsets(timeZone: string): OffsetAt {
  const formatter = formatterOf(timeZone);
  return (atMs) => {
    const secondMs = Math.floor(atMs / 1000) * 1000;
    const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of formatter.formatToParts(secondMs)) shown[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) - secondMs;
  };
}

/** Building one costs a thousand times what using it costs. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, made);
  return made;
}
