// What `npm run bench` and `npm run prove` were asked for, and what the scenarios said at their end.
import { LauncherError } from '../launcher-error.mjs';

/** Of Node, which runs TypeScript as it stands and warns that this is new. */
const TYPESCRIPT_OPTIONS = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];

/**
 * @typedef {import('../../../test/bench/scenarios.mjs').Scenario} Scenario
 * @typedef {{ scenario: Scenario, options: readonly string[] }} Planned
 */

/**
 * @param {'bench' | 'prove'} command
 * @param {readonly string[]} args names and `--quick`; `all` is every scenario
 * @param {readonly Scenario[]} scenarios
 * @returns {{ planned: Planned[], isAll: boolean }} nothing is planned where nothing is named
 */
export function planScenarios(command, args, scenarios) {
  const offered = scenarios.filter((scenario) => scenario[command] !== undefined);
  const isQuick = args.includes('--quick');
  const names = args.filter((arg) => arg !== '--quick');
  const isAll = names.includes('all');
  const known = offered.map(({ name }) => name);
  const unknown = names.find((name) => name !== 'all' && !known.includes(name));
  if (unknown !== undefined) {
    const text = `there is no scenario "${unknown}" for npm run ${command}; there are ${known.join(', ')} and all`;
    throw new LauncherError('UNKNOWN_SCENARIO', `${text}; --quick is the only option.`);
  }
  const planned = offered
    .filter(({ name }) => isAll || names.includes(name))
    .map((scenario) => ({ scenario, options: isQuick ? ['--quick'] : (scenario[command] ?? []) }));
  return { planned, isAll };
}

/**
 * @param {'bench' | 'prove'} command
 * @param {readonly Scenario[]} scenarios
 */
export function scenarioList(command, scenarios) {
  const offered = scenarios.filter((scenario) => scenario[command] !== undefined);
  const width = Math.max(...offered.map(({ name }) => name.length));
  const lines = offered.map(({ name, shows }) => `  ${name.padEnd(width)}  ${shows}`);
  return [`npm run ${command} -- [--quick] NAME…, where NAME is one of these or all:`, '', ...lines].join(
    '\n',
  );
}

/**
 * @param {Planned} planned
 * @param {string} folder that the scenarios are in
 * @returns {string[]} arguments for node
 */
export function nodeArguments({ scenario, options }, folder) {
  return [
    ...(scenario.file.endsWith('.ts') ? TYPESCRIPT_OPTIONS : []),
    `${folder}/${scenario.file}`,
    ...options,
  ];
}

/**
 * @param {string} kept the last line so far, or what there is of it
 * @param {string} chunk
 * @returns {string} the last line after that
 */
export function lastLineWith(kept, chunk) {
  const text = kept + chunk;
  return text.slice(text.lastIndexOf('\n', text.length - 2) + 1);
}

/**
 * @param {string} line
 * @returns {{ scenario: string, claims?: readonly { claim: string, holds: boolean }[] } | undefined} when it is no outcome
 */
export function readOutcome(line) {
  try {
    const outcome = JSON.parse(line);
    return typeof outcome?.scenario === 'string' ? outcome : undefined;
  } catch {
    return undefined;
  }
}

/** @param {ReturnType<typeof readOutcome>} outcome @returns {string[]} the claims that do not hold */
export function brokenClaims(outcome) {
  return (outcome?.claims ?? []).filter(({ holds }) => !holds).map(({ claim }) => claim);
}
