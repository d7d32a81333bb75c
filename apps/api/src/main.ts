/** Starts the HTTP application and drains it on SIGTERM or SIGINT. */
import { PlatformLogger, withoutUrlPasswords } from '@app/platform';
import { readEnvironment } from './config/env.js';
import { createApp } from './create-app.js';
import { Drain } from './http/drain.js';

async function main(): Promise<void> {
  const env = readEnvironment(process.env);
  const app = await createApp(env);
  const logger = app.get(PlatformLogger);
  const drain = app.get(Drain, { strict: false });
  await app.listen(env.PORT, env.HOST);
  logger.log('listening', { url: await app.getUrl() });

  const shutDown = async (signal: NodeJS.Signals) => {
    if (drain.isDraining) return;
    logger.log('draining', { signal });
    // Requests under way are answered; whoever needs longer than the limit is cut off.
    setTimeout(() => process.exit(1), env.DRAIN_TIMEOUT_MS).unref();
    // The listener stays open meanwhile, so that readiness can say that this node is leaving.
    await drain.begin();
    await app.close();
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void shutDown(signal));
  process.on('SIGINT', (signal) => void shutDown(signal));
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`swiftlet api: ${withoutUrlPasswords(text)}\n`);
  process.exit(1);
});
