/** Writes and publishes until it is killed: each published id is a line on standard output. Arguments: URL, application name. */
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { DataSource } from 'typeorm';

// Node runs the sources as they are; the suffix under which they import each other has to be found, and the platform's door.
const platform = new URL('../../../platform/src/', import.meta.url);
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@app/platform')
      return next(new URL('core/request-context.ts', platform).href, context);
    const isSource = /^\.\.?\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts') === true;
    return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
const { RowChangeCollector } = await import('../adapters/row-change-collector.ts');

const [, , url, applicationName] = process.argv;
const dataSource = await new DataSource({ type: 'postgres', url, applicationName }).initialize();
const publisher = {
  /** Takes as long as a log elsewhere would, so that many a kill comes between commit and publishing. */
  async publish(changes) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    for (const { after } of changes) writeSync(1, `${after.id}\n`);
  },
  onPublishFailed() {},
};
dataSource.subscribers.push(new RowChangeCollector(dataSource, publisher));

const insert = 'INSERT INTO things DEFAULT VALUES';
await Promise.all(
  Array.from({ length: 4 }, async (_, writer) => {
    for (;;) {
      if (writer % 2 === 0) await dataSource.query(insert);
      else await dataSource.transaction((manager) => manager.query(insert));
    }
  }),
);
