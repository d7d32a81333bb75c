// PostgreSQL refuses to run as root: this decides under which other user it runs, and how it is started so.
import { execFileSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { LauncherError } from '../launcher-error.mjs';

/** The owner that Debian's and most other packages of PostgreSQL create; `nobody` is everywhere. */
const CANDIDATES = ['postgres', 'nobody'];
/**
 * One capability more than the user has: to pass through folders closed to it, such as a checkout under /root. Without
 * the secure bit access(2), by which initdb looks for its sibling programs, drops it again: capabilities(7).
 */
const DAC_OVERRIDE = [
  '--securebits=+no_setuid_fixup',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
];

/**
 * @typedef {{ uid: number, gid: number }} User
 * @typedef {{ command: string, args: string[], uid?: number, gid?: number }} Invocation
 */

/**
 * @param {string} folder that PostgreSQL will own; its owner, if it exists and is not root, is kept
 * @param {number | undefined} uid who runs this program; undefined on Windows
 * @returns {User | undefined} undefined when this program is not root, so that nothing has to change
 */
export function chooseUser(folder, uid = process.getuid?.()) {
  if (uid !== 0) return undefined;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of CANDIDATES) {
    const user = lookUp(name);
    if (user !== undefined) return user;
  }
  throw new LauncherError(
    'NO_UNPRIVILEGED_USER',
    'PostgreSQL refuses to run as root and there is neither a user "postgres" nor "nobody"; add one, or set DATABASE_URL.',
  );
}

/**
 * @param {User | undefined} user
 * @param {string} command
 * @param {string[]} args
 * @param {{ hasSetpriv: boolean }} [machine]
 * @returns {Invocation}
 */
export function invokeAs(user, command, args, machine = { hasSetpriv: canSetpriv(user) }) {
  if (user === undefined) return { command, args };
  if (!machine.hasSetpriv) return { command, args, uid: user.uid, gid: user.gid };
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return { command: 'setpriv', args: [...ids, ...DAC_OVERRIDE, command, ...args] };
}

/**
 * Without setpriv a closed folder shows as "not found" deep inside initdb; this says it beforehand.
 * @param {User | undefined} user
 * @param {string} binary
 */
export function checkCanRun(user, binary) {
  const { command, args, uid, gid } = invokeAs(user, binary, ['--version']);
  try {
    execFileSync(command, args, { uid, gid, cwd: '/', stdio: 'ignore' });
  } catch (error) {
    const why = error.code ?? `exit code ${error.status}`;
    throw new LauncherError(
      'POSTGRES_NOT_RUNNABLE',
      user === undefined
        ? `This user cannot run ${binary} (${why}); make it executable, or set DATABASE_URL to a PostgreSQL 18.`
        : `PostgreSQL refuses to run as root, and user ${user.uid} cannot run ${binary} (${why}); install setpriv (util-linux), move the checkout to a folder open to all, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

/**
 * @param {string} path
 * @param {User | undefined} user
 */
export function giveTo(path, user) {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

/** @param {User | undefined} user */
function canSetpriv(user) {
  if (user === undefined || process.platform !== 'linux') return false;
  try {
    const { command, args } = invokeAs(user, 'true', [], { hasSetpriv: true });
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false; // absent, the small one of busybox, or a container without the capability
  }
}

/** @param {string} name @returns {User | undefined} */
function lookUp(name) {
  try {
    const id = (option) => Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
