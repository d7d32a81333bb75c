// A situation that the launcher knows: one line says what happened and what to do, a stable code names it.

export class LauncherError extends Error {
  /**
   * @param {string} code stable, SCREAMING_SNAKE_CASE; the README lists them
   * @param {string} text one line without a secret
   * @param {{ cause?: unknown, details?: string }} [more] `details`: output of the program that failed
   */
  constructor(code, text, { cause, details = '' } = {}) {
    super(text, { cause });
    this.name = 'LauncherError';
    this.code = code;
    this.details = details;
  }
}
