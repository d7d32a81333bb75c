// A process of its own for tests to kill: enqueues purges, or works on them, as its arguments say.
import { runnerImport } from 'vite';

const [mode, prefix, vendorUrl, ...tags] = process.argv.slice(2);
const { pathname } = new URL('./purging.ts', import.meta.url);
const { module } = await runnerImport(pathname, { configFile: false, resolve: { tsconfigPaths: true } });
const purging = await module.startPurging({ prefix, vendorUrl, isWorker: mode === 'work' });
if (mode === 'enqueue') await purging.queue.enqueue(tags);
process.stdout.write('ready\n');
