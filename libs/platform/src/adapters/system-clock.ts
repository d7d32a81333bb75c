/** The machine's own time. */
import type { Clock } from '../core/clock.js';

export const systemClock: Clock = { nowMs: () => Date.now() };
