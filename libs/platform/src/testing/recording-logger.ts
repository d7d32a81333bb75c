/** A logger that keeps its lines for a test to look at. */
import type { Logger } from '../core/logger.js';

export interface LogLine {
  readonly level: 'log' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = [];

  log(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'log', message, fields });
  }
  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'warn', message, fields });
  }
  error(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'error', message, fields });
  }
}
