/** The command line beside the server: `prepare`, `migrate`, `seed`, `import` and `schema`. */
import { withoutUrlPasswords } from '@app/platform';
import { migrateCommand, prepareCommand, seedCommand } from './commands/database.commands.js';
import { importCommand } from './commands/import.command.js';
import { schemaCommand } from './commands/schema.command.js';

type Command = (args: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  prepare: prepareCommand,
  migrate: migrateCommand,
  seed: seedCommand,
  import: importCommand,
  schema: schemaCommand,
};

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command(args);
  process.stderr.write(
    `swiftlet: there is no command "${name}"; there are ${Object.keys(commands).join(', ')}.\n`,
  );
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`swiftlet: ${withoutUrlPasswords(text)}\n`);
  process.exitCode = 1;
}
