/** `schema`: writes schema.graphql from the code; `schema --check` only tells whether it is fresh. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { printCurrentSchema } from '../graphql/print-schema.js';
import { say } from './database.commands.js';

/** Relative to the repository, where every npm script runs. */
const schemaFile = 'apps/api/src/graphql/schema.graphql';

export async function schemaCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } });
  const current = await printCurrentSchema();
  if (!values.check) {
    await writeFile(schemaFile, current);
    say(`${schemaFile} is written`);
    return 0;
  }
  const committed = await readFile(schemaFile, 'utf8').catch(() => '');
  if (committed === current) return 0;
  process.stderr.write(`${schemaFile} is not what the code says; run \`npm run schema\` and commit it.\n`);
  return 1;
}
