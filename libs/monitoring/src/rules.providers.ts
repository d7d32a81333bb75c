/** What decides which alerts there are. */
import type { Provider } from '@nestjs/common';

export const rules: Provider[] = [];
