// The launcher: `node apps/launcher/main.mjs COMMAND`, behind every npm script of this repository.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { readSettings } from './settings/environment.mjs';
import { LauncherError } from './launcher-error.mjs';
import { obtainNode, runUnder } from './machine/node-runtime.mjs';
import { isBoundToParent, watchParent } from './run/parent-watch.mjs';
import { Progress } from './run/progress.mjs';
import { Shutdown, signalExitCode } from './run/shutdown.mjs';
import { checkStart } from './settings/start-checks.mjs';
import { withNodeFirst } from './run/task.mjs';

const SELF = fileURLToPath(import.meta.url);
const API_COMMANDS = ['import', 'seed', 'migrate', 'schema'];
const BENCH_COMMANDS = ['bench', 'prove'];
const COMMANDS = ['start', 'test', 'check', ...BENCH_COMMANDS, ...API_COMMANDS];

await main();

async function main() {
  const [command, ...args] = process.argv.slice(2);
  // A closed terminal or pipe must not keep the services from being stopped in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const shutdown = new Shutdown();
  const progress = new Progress();
  const outcome = execute({ command, args, shutdown, progress }).catch((error) => ({ error }));
  const crash = new Promise((resolve) => {
    for (const event of ['uncaughtException', 'unhandledRejection']) {
      process.on(event, (error) => resolve({ error }));
    }
  });
  const interruption = shutdown.interrupted.then((signal) => ({ signal }));
  const { code, error, signal } = await Promise.race([outcome, crash, interruption]);

  progress.close();
  if (signal !== undefined) progress.print('\nStopping …');
  if (error !== undefined) report(error);
  await shutdown.stopAll();
  // Stopping is what Ctrl-C is for where something serves; elsewhere it cuts work short.
  process.exit(signal === undefined ? (code ?? 1) : command === 'start' ? 0 : signalExitCode(signal));
}

/**
 * @param {{ command: string | undefined, args: string[], shutdown: Shutdown, progress: Progress }} call
 * @returns {Promise<{ code: number }>}
 */
async function execute({ command, args, shutdown, progress }) {
  if (!COMMANDS.includes(command)) {
    throw new LauncherError(
      'UNKNOWN_COMMAND',
      `"${command ?? ''}" is no command; there are ${COMMANDS.join(', ')}.`,
    );
  }
  const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
  const settings = readSettings(root, process.env);
  const run = { root, settings, env: withNodeFirst(settings.env, root), progress, shutdown };
  const ignoreSignals = shutdown.listen(process, (code) => process.exit(code));
  if (command === 'start') await checkStart(settings);

  const binary = await obtainNode(run);
  if (binary !== undefined) {
    ignoreSignals(); // from here on they are for the one that goes on
    const { code, signal } = await runUnder(binary, [SELF, command, ...args], process.env);
    return { code: code ?? signalExitCode(signal) };
  }
  if (isBoundToParent(process.env)) watchParent(() => shutdown.interrupt('SIGTERM'));
  return { code: await dispatch(run, command, args) };
}

/**
 * Loaded on demand: what an older Node runs should be little, and a warm start quick.
 * @param {import('./run/task.mjs').Run} run
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>}
 */
async function dispatch(run, command, args) {
  if (command === 'start') return (await import('./commands/start.mjs')).start(run);
  if (command === 'test') return (await import('./commands/test.mjs')).test(run, args);
  if (command === 'check') return (await import('./commands/test.mjs')).check(run);
  if (BENCH_COMMANDS.includes(command))
    return (await import('./commands/bench.mjs')).bench(run, command, args);
  return (await import('./commands/api-command.mjs')).apiCommand(run, command, args);
}

/** @param {unknown} error */
function report(error) {
  if (!(error instanceof LauncherError)) {
    process.stderr.write(`${inspect(error)}\n`);
    return;
  }
  const details = error.details === '' ? '' : `\n${error.details.trimEnd()}`;
  process.stderr.write(`swiftlet: ${error.message}${details}\n`);
}
