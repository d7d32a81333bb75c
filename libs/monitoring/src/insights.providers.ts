/** What finds out from the work that was done where its time could be saved. */
import type { Provider } from '@nestjs/common';

export const insights: Provider[] = [];
