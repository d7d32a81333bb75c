// Tells one life of a process id from the next, so that a reused id is never taken for the program it once named.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * @param {number} pid
 * @returns {string | undefined} equal for as long as the same program runs under the id; undefined when none does
 */
export function pidIdentity(pid) {
  if (process.platform === 'linux') return linuxIdentity(pid);
  if (!exists(pid)) return undefined;
  if (process.platform === 'win32') return 'alive';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // ps exits 1 when the id is gone
  }
}

/** @param {number} pid */
function linuxIdentity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return identityFromStat(stat, boot);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} stat a line of /proc/PID/stat, proc(5)
 * @param {string} boot
 */
export function identityFromStat(stat, boot) {
  // The command name stands in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isZombie = fields[0] === 'Z' || fields[0] === 'X';
  return isZombie ? undefined : `${boot}:${fields[19]}`;
}

/** @param {number} pid */
function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
