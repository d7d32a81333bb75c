// A program that the launcher started: in a process group of its own, its last output kept, stopped for sure.
import { spawn } from 'node:child_process';

/** UTF-16 units; enough for the stack trace of a crash. */
const TAIL_LENGTH = 16_384;

/**
 * @typedef {object} ChildPlan
 * @property {string} name as people call it
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string} [cwd]
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {string} [input] written to its standard input
 * @property {'inherit' | 'keep' | number | ((text: string) => void)} output the terminal, memory, an open file, or a reader
 * @property {'inherit'} [errors] where its standard error goes; @default with its output
 * @property {'leader' | 'group'} [signalTo] whom stop() signals first; @default 'leader'
 *
 * @typedef {{ code: number | null, signal: string | null, error?: Error }} Ending
 */

export class Child {
  /** @type {string[]} */
  #chunks = [];
  #length = 0;
  #plan;
  #child;
  hasEnded = false;

  /** @param {ChildPlan} plan */
  constructor(plan) {
    this.#plan = plan;
    this.name = plan.name;
    const stream = typeof plan.output === 'function' || plan.output === 'keep' ? 'pipe' : plan.output;
    this.#child = spawn(plan.command, plan.args, {
      cwd: plan.cwd,
      env: plan.env,
      uid: plan.uid,
      gid: plan.gid,
      stdio: [plan.input === undefined ? 'ignore' : 'pipe', stream, plan.errors ?? stream],
      // A terminal's Ctrl-C goes to its whole foreground group; services must outlive it until the API has drained.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    /** @type {Promise<Ending>} never rejects */
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ code: null, signal: null, error }));
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    }).then((ending) => {
      this.hasEnded = true;
      return ending;
    });
    for (const pipe of [this.#child.stdout, this.#child.stderr]) {
      pipe?.setEncoding('utf8').on('data', (chunk) => this.#take(chunk));
    }
    if (plan.input !== undefined) {
      this.#child.stdin.on('error', () => undefined); // it died before it read; `ended` tells
      this.#child.stdin.end(plan.input);
    }
  }

  get pid() {
    return this.#child.pid;
  }

  /** The output so far: all of it with `output: 'keep'`, else the end of it. */
  get text() {
    return this.#chunks.join('');
  }

  /**
   * @param {NodeJS.Signals} signal
   * @param {number} graceMs after which the whole group is killed
   */
  async stop(signal, graceMs) {
    if (this.hasEnded || this.pid === undefined) return;
    if (this.#plan.signalTo === 'group') this.#signalGroup(signal);
    else this.#child.kill(signal);
    let timer;
    const graceOver = new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.ended, graceOver]);
    clearTimeout(timer);
    this.kill(); // what the program itself left running goes too
    await this.ended;
  }

  kill() {
    this.#signalGroup('SIGKILL');
  }

  /** @param {NodeJS.Signals} signal */
  #signalGroup(signal) {
    if (this.pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-this.pid, signal);
    } catch (error) {
      // EPERM is what macOS says of a group whose last member has ended but was not yet collected.
      if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
    }
  }

  /** @param {string} chunk */
  #take(chunk) {
    if (typeof this.#plan.output === 'function') this.#plan.output(chunk);
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#plan.output !== 'keep' && this.#length - this.#chunks[0].length > TAIL_LENGTH) {
      this.#length -= this.#chunks.shift().length;
    }
  }
}

/** @param {Ending} ending */
export function endingText({ code, signal, error }) {
  if (error !== undefined) return `could not be started: ${error.message}`;
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}

/**
 * @param {string} text
 * @param {number} count
 */
export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
