/** What follows each piece of work and tells of it when it is done. */
import type { Provider } from '@nestjs/common';

export const tracing: Provider[] = [];
