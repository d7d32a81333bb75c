// How npm is called: the very npm that started the launcher, under the Node that runs it now.

/** Errors only: nothing but what somebody must act on. */
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} args
 * @returns {{ command: string, args: string[] }}
 */
export function npmCommand(env, args) {
  const script = env.npm_execpath;
  if (script !== undefined && /npm-cli\.[cm]?js$/.test(script)) {
    return { command: process.execPath, args: [script, ...args, ...QUIET] };
  }
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [...args, ...QUIET] };
}
