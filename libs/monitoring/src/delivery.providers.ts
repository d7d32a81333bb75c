/** What tells people of alerts, and keeps their history. */
import type { Provider } from '@nestjs/common';

export const delivery: Provider[] = [];
