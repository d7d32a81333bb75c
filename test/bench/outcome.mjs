/** How every scenario ends: its outcome as one line of JSON, the last on standard output, by which programs read it. */
import { cpus } from 'node:os';

/**
 * @param {object} outcome
 * @param {string} outcome.scenario its name in `scenarios.mjs`
 * @param {Readonly<Record<string, unknown>>} [outcome.setting] beside the machine: whatever the figures depend on
 * @param {readonly { claim: string, measured: unknown, holds: boolean }[]} [outcome.claims] what `npm run prove` fails by
 * @param {unknown} outcome.results
 * @returns {string}
 */
export function outcomeLine({ scenario, setting, claims, results }) {
  const [processor] = cpus();
  const machine = {
    node: process.version,
    cpu: processor?.model.trim() ?? 'unknown',
    cores: cpus().length,
    date: new Date().toISOString().slice(0, 10),
  };
  return `${JSON.stringify({ scenario, setting: { ...machine, ...setting }, claims, results })}\n`;
}
