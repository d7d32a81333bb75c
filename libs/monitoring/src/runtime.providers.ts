/** What looks at the process itself: profiles, health, resources. */
import type { Provider } from '@nestjs/common';

export const runtime: Provider[] = [];
