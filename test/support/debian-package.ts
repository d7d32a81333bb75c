/** Programs that tests run for real: found on this machine, or installed from Debian's packages where that is allowed. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const apt = '/usr/bin/apt-get';
/** Daemons and what installs them live where not every user's PATH leads. */
const searchPath = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;
export const environmentWithDaemons: NodeJS.ProcessEnv = { ...process.env, PATH: searchPath };

export type Installation =
  { readonly kind: 'installed' } | { readonly kind: 'missing'; readonly reason: string };
export type ProgramAvailability =
  | { readonly kind: 'available'; readonly path: string }
  | { readonly kind: 'missing'; readonly reason: string };

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param program a name that is looked up on the PATH, or a whole path, as of PostgreSQL's own programs. */
function pathOf(program: string): string | undefined {
  if (isAbsolute(program)) return isExecutable(program) ? program : undefined;
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

async function runApt(...words: string[]): Promise<void> {
  // RUNLEVEL 1 keeps install scripts from starting a service (invoke-rc.d(8)); apt may be at work for someone else.
  const env = { ...environmentWithDaemons, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await promisify(execFile)(apt, ['-q', '-o', 'DPkg::Lock::Timeout=120', ...words], {
    env,
    timeout: 240_000,
    maxBuffer: 64 * 1_024 * 1_024,
  });
}

/** Nothing is started by it. */
export async function installDebianPackages(packages: readonly string[]): Promise<Installation> {
  const remedy = `install ${packages.join(' and ')} (Debian, Ubuntu)`;
  if (process.getuid?.() !== 0 || !existsSync(apt)) return { kind: 'missing', reason: remedy };
  try {
    await runApt('update');
    await runApt('install', '-y', '--no-install-recommends', ...packages);
    return { kind: 'installed' };
  } catch (error) {
    const [firstLine] = String(error).split('\n');
    return { kind: 'missing', reason: `apt-get could not install it (${firstLine}); ${remedy}` };
  }
}

/** @returns where the program lies, or why there is none: tests that need it are skipped with the reason. */
export async function requireProgram(
  program: string,
  packages: readonly string[],
): Promise<ProgramAvailability> {
  const found = pathOf(program);
  if (found !== undefined) return { kind: 'available', path: found };
  const installation = await installDebianPackages(packages);
  const path = pathOf(program);
  if (path !== undefined) return { kind: 'available', path };
  const why =
    installation.kind === 'missing' ? installation.reason : `${packages.join(' and ')} did not bring it`;
  return { kind: 'missing', reason: `there is no ${program}; ${why}` };
}
