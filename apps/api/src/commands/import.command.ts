/** `import DIR`: loads a shop from CSV files and tells row by row what was wrong with it. */
import { parseArgs } from 'node:util';
import { importShop, isComplete, readMappingFile, reportText, writeReport } from '../shop-import/index.js';
import { say, withDatabase } from './database.commands.js';

const usage = 'usage: npm run import -- DIR [--mapping FILE] [--replace] [--report FILE]';

/** 0 when every row came in, 1 when some were rejected, 2 when the call was wrong. */
export async function importCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      mapping: { type: 'string' },
      replace: { type: 'boolean', default: false },
      report: { type: 'string' },
    },
  });
  const [directory] = positionals;
  if (directory === undefined || positionals.length > 1) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const mapping = values.mapping === undefined ? undefined : await readMappingFile(values.mapping);
  return withDatabase(async (dataSource) => {
    await dataSource.runMigrations();
    const report = await importShop({
      dataSource,
      directory,
      replace: values.replace,
      onProgress: say,
      now: new Date(),
      ...(mapping === undefined ? {} : { mapping }),
    });
    say(reportText(report));
    if (values.report !== undefined) await writeReport(report, values.report);
    return isComplete(report) ? 0 : 1;
  });
}
