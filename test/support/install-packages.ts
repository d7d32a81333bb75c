/** Installs the packages of a folder that has a package.json and a lock of its own, where they are not there already. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Of a machine without npm, or without a way to a registry; whatever else goes wrong is a mistake in the folder. */
const outOfReach =
  /\b(?:spawn npm ENOENT|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;
const npmArguments = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'];

type Versions = Readonly<Record<string, string | undefined>>;

function versionsIn(lock: string): Versions {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  return Object.fromEntries(Object.entries(packages).map(([name, { version }]) => [name, version]));
}

/** Packages for other machines stand in the lock and are not installed here. */
function areInstalled(folder: string): boolean {
  const installedLock = join(folder, 'node_modules', '.package-lock.json'); // written when an installation is complete
  if (!existsSync(installedLock)) return false;
  const wanted = versionsIn(join(folder, 'package-lock.json'));
  return Object.entries(versionsIn(installedLock)).every(([name, version]) => wanted[name] === version);
}

/** @returns why they cannot be had on this machine; undefined when they are there. */
export async function installPackages(folder: string): Promise<string | undefined> {
  if (areInstalled(folder)) return undefined;
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  try {
    await promisify(execFile)('npm', npmArguments, { cwd: folder });
    return undefined;
  } catch (error) {
    const why = outOfReach.exec(String(error))?.[0];
    if (why === undefined) throw error;
    return `its packages cannot be installed here: ${why}`;
  }
}
