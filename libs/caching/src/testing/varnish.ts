/** A real Varnish for tests, with the configuration that docker/varnish ships: found, or installed from Debian's packages. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { promisify } from 'node:util';
import { environmentWithDaemons, installDebianPackages } from '../../../../test/support/debian-package.js';

const execute = promisify(execFile);

function run(program: string, words: readonly string[], options: { timeout?: number } = {}) {
  return execute(program, words, { env: environmentWithDaemons, ...options });
}
const configuration = new URL('../../../../docker/varnish/', import.meta.url).pathname;
/** Neither jail nor another user: the test owns all that Varnish reads and writes. */
const unjailed = ['-j', 'none'];

export type VarnishAvailability =
  { readonly kind: 'available' } | { readonly kind: 'missing'; readonly reason: string };

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'swiftlet-varnish-'));
}

/** Compiles a program that needs all that ours needs. */
async function works(): Promise<boolean> {
  const folder = await newFolder();
  const file = join(folder, 'probe.vcl');
  await writeFile(file, 'vcl 4.1; import std; import xkey; backend default none;');
  try {
    await run('varnishd', [...unjailed, '-C', '-f', file, '-n', join(folder, 'state')], { timeout: 60_000 });
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function requireVarnish(): Promise<VarnishAvailability> {
  if (await works()) return { kind: 'available' };
  const installation = await installDebianPackages(['varnish', 'varnish-modules']);
  if (await works()) return { kind: 'available' };
  const why = installation.kind === 'missing' ? installation.reason : 'what apt-get installed has none';
  return { kind: 'missing', reason: `there is no varnishd with vmod_xkey; ${why}` };
}

export interface Varnish {
  readonly url: URL;
  close(): Promise<void>;
}

/** Compiling the configuration takes a moment, and longer on a busy machine. */
async function listeningPort(state: string): Promise<string> {
  const signal = AbortSignal.timeout(60_000);
  for await (const _ of setInterval(100, undefined, { signal })) {
    try {
      const { stdout } = await run('varnishadm', ['-n', state, '-t', '2', 'debug.listen_address']);
      const [, , port] = stdout.trim().split(/\s+/);
      if (port !== undefined) return port;
    } catch {
      // not yet
    }
  }
  throw new Error('unreachable: the interval ends by its signal only');
}

/** Purges are taken from 127.0.0.1 only. */
export async function startVarnish(originPort: number): Promise<Varnish> {
  const folder = await newFolder();
  const state = join(folder, 'state');
  const backend = `backend default { .host = "127.0.0.1"; .port = "${originPort}"; }`;
  await writeFile(join(folder, 'backend.vcl'), `${backend}\nacl purgers { "127.0.0.1"; }\n`);
  const where = ['-n', state, '-a', '127.0.0.1:0', '-s', 'malloc,32m'];
  const parameters = ['-p', `vcl_path=${folder}`, '-p', 'http_gzip_support=off'];
  const program = ['-f', join(configuration, 'default.vcl')];
  const child = spawn('varnishd', ['-F', ...unjailed, ...where, ...parameters, ...program], {
    stdio: 'ignore',
    env: environmentWithDaemons,
  });
  const close = async (): Promise<void> => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { url: new URL(`http://127.0.0.1:${await listeningPort(state)}`), close };
  } catch (error) {
    await close();
    throw error;
  }
}
