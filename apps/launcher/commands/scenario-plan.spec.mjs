import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folders, scenarios } from '../../../test/bench/scenarios.mjs';
import {
  brokenClaims,
  lastLineWith,
  nodeArguments,
  planScenarios,
  readOutcome,
  scenarioList,
} from './scenario-plan.mjs';

const speed = { name: 'speed', shows: 'how fast it is', file: 'speed/run.mjs', needs: ['build'], bench: [] };
const truth = {
  name: 'truth',
  shows: 'that it is right',
  file: 'truth/run.ts',
  needs: [],
  bench: ['--operations', '10'],
  prove: ['--operations', '1000'],
};
const both = [speed, truth];
const namesOf = ({ planned }) => planned.map(({ scenario }) => scenario.name);

describe('planScenarios', () => {
  it('plans nothing where nothing is named', () => {
    expect(planScenarios('bench', ['--quick'], both)).toEqual({ planned: [], isAll: false });
  });

  it('gives a scenario the length of the command, or the short one', () => {
    expect(planScenarios('bench', ['truth'], both).planned[0].options).toEqual(['--operations', '10']);
    expect(planScenarios('prove', ['truth'], both).planned[0].options).toEqual(['--operations', '1000']);
    expect(planScenarios('bench', ['--quick', 'truth'], both).planned[0].options).toEqual(['--quick']);
  });

  it('takes several names, and all for all of them', () => {
    expect(namesOf(planScenarios('bench', ['truth', 'speed'], both))).toEqual(['speed', 'truth']);
    expect(namesOf(planScenarios('bench', ['all'], both))).toEqual(['speed', 'truth']);
  });

  it('proves only what has a claim to be proved', () => {
    expect(namesOf(planScenarios('prove', ['all'], both))).toEqual(['truth']);
    expect(() => planScenarios('prove', ['speed'], both)).toThrow('no scenario "speed" for npm run prove');
  });

  it('lists the names when there is no such one', () => {
    expect(() => planScenarios('bench', ['spede'], both)).toThrow(
      '"spede" for npm run bench; there are speed, truth and all',
    );
    expect(() => planScenarios('bench', ['--fast', 'speed'], both)).toThrow('--quick is the only option');
  });
});

describe('scenarioList', () => {
  it('says what each shows, a line each', () => {
    expect(scenarioList('bench', both).split('\n').slice(2)).toEqual([
      '  speed  how fast it is',
      '  truth  that it is right',
    ]);
  });
});

describe('nodeArguments', () => {
  it('lets Node read TypeScript where it has to', () => {
    expect(nodeArguments({ scenario: speed, options: ['--quick'] }, '/bench')).toEqual([
      '/bench/speed/run.mjs',
      '--quick',
    ]);
    expect(nodeArguments({ scenario: truth, options: [] }, '/bench')).toContain(
      '--experimental-transform-types',
    );
  });
});

describe('lastLineWith', () => {
  it('finds the last line however the output is cut', () => {
    const text = '| a | b |\n\n{"scenario":"speed"}\n';
    for (let cut = 0; cut <= text.length; cut += 1)
      expect(lastLineWith(lastLineWith('', text.slice(0, cut)), text.slice(cut))).toBe(
        '{"scenario":"speed"}\n',
      );
  });
});

describe('readOutcome', () => {
  it('takes only what names its scenario', () => {
    expect(readOutcome('{"scenario":"speed"}\n')).toEqual({ scenario: 'speed' });
    expect(readOutcome('3')).toBeUndefined();
    expect(readOutcome('null')).toBeUndefined();
    expect(readOutcome('| a table |')).toBeUndefined();
  });
});

describe('brokenClaims', () => {
  it('names what does not hold', () => {
    const claims = [
      { claim: 'nothing is stale', holds: true },
      { claim: 'nobody waits', holds: false },
    ];
    expect(brokenClaims({ scenario: 'truth', claims })).toEqual(['nobody waits']);
    expect(brokenClaims({ scenario: 'speed' })).toEqual([]);
    expect(brokenClaims(undefined)).toEqual([]);
  });
});

describe('the scenarios of this repository', () => {
  it.each(scenarios)('$name is there, and needs what the launcher knows', ({ file, needs }) => {
    expect(existsSync(fileURLToPath(new URL(`../../../test/bench/${file}`, import.meta.url)))).toBe(true);
    const known = ['build', 'postgres', 'redis', 'redis-server', ...Object.keys(folders)];
    expect(known).toEqual(expect.arrayContaining(needs));
  });

  it('have names of their own', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });
});
