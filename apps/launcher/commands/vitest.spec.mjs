import { describe, expect, it } from 'vitest';
import { planVitest } from './vitest.mjs';

describe('planVitest', () => {
  it('runs all there is without arguments', () => {
    expect(planVitest([])).toEqual({ vitestArgs: [], isWhole: true, needsServices: true });
  });

  it('needs no services for unit tests', () => {
    const plan = planVitest(['unit', 'banner']);
    expect(plan).toEqual({
      vitestArgs: ['--project', 'unit', 'banner'],
      isWhole: false,
      needsServices: false,
    });
  });

  it('needs services for any other project, and for a file of unknown project', () => {
    expect(planVitest(['unit', 'integration']).needsServices).toBe(true);
    expect(planVitest(['e2e/orders'])).toMatchObject({ vitestArgs: ['e2e/orders'], needsServices: true });
  });

  it('leaves an option of Vitest that names a project as it is', () => {
    expect(planVitest(['--project', 'unit']).vitestArgs).toEqual(['--project', 'unit']);
  });
});
