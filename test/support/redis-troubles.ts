/** What befalls a Redis in operation: it is flushed, cuts its clients off, hangs, or dies and comes back empty. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisServer } from './redis-server.js';

/** @param random 0 to 1, for how long things take. */
export function redisTroubles(server: RedisServer, random: () => number): readonly (() => Promise<void>)[] {
  async function command(name: string, ...words: string[]): Promise<void> {
    const admin = new Redis(server.url);
    try {
      await admin.call(name, ...words);
    } finally {
      admin.disconnect();
    }
  }
  async function hang(ms: number): Promise<void> {
    server.suspend();
    await delay(ms);
    server.resume();
  }
  return [
    () => command('FLUSHALL'),
    () => command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
    () => command('CLIENT', 'KILL', 'TYPE', 'pubsub'),
    () => hang(50 + random() * 500),
    // Longer than a node trusts what it knows while it hears nothing.
    () => hang(2_300),
    async () => {
      await server.kill();
      await delay(random() * 500);
      await server.start();
    },
  ];
}
