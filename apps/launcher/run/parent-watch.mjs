// Notices that the program which started the launcher is gone, where its signal did not come through.
import { setInterval } from 'node:timers';

/** Short enough for a stop to feel prompt; reading a parent's id is one system call. */
const POLL_MS = 200;

/**
 * npm runs a script in a shell, and a shell that is ended by SIGTERM or SIGKILL tells nobody: without this watch
 * `kill NPM` would leave a server that no terminal owns.
 * @param {() => void} onGone called once
 * @returns {() => void} stops watching
 */
export function watchParent(onGone) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Started by hand, a launcher may outlive its shell (nohup); started by npm or by another launcher it may not.
 * @param {NodeJS.ProcessEnv} env
 */
export function isBoundToParent(env) {
  return env.npm_lifecycle_event !== undefined || env[UNDER_LAUNCHER] !== undefined;
}

/** Set by a launcher for the one that it runs under another Node. */
export const UNDER_LAUNCHER = 'SWIFTLET_UNDER_LAUNCHER';
