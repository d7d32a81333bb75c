/** `import DIR`: loads a shop from CSV files and tells row by row what was wrong with it. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { importShop, isComplete, readMappingFile, reportText, writeReport } from '../shop-import/index.js';
import { say, withDatabase } from './database.commands.js';

/** npm runs scripts in the repository's root and tells here where the user was, whose paths are meant. */
function fromUsersFolder(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? '.', path);
}

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
  const mapping =
    values.mapping === undefined ? undefined : await readMappingFile(fromUsersFolder(values.mapping));
  return withDatabase(async (dataSource) => {
    await dataSource.runMigrations();
    const report = await importShop({
      dataSource,
      directory: fromUsersFolder(directory),
      replace: values.replace,
      onProgress: say,
      now: new Date(),
      ...(mapping === undefined ? {} : { mapping }),
    });
    say(reportText(report));
    if (values.report !== undefined) await writeReport(report, fromUsersFolder(values.report));
    return isComplete(report) ? 0 : 1;
  });
}
