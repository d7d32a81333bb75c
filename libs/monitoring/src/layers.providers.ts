/** What listens to statements, caches, jobs, sockets and the outbox. */
import type { Provider } from '@nestjs/common';

export const layers: Provider[] = [];
