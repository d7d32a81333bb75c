import { describe, expect, it } from 'vitest';
import { postgresEnvironment, provisioningProblem } from './postgres-cluster.mjs';

describe('provisioningProblem', () => {
  it('is none when the database was created or was there before', () => {
    expect(provisioningProblem('PostgreSQL stand-alone backend 18.4\nbackend> backend> ')).toBeUndefined();
    expect(provisioningProblem('ERROR:  database "swiftlet" already exists\n')).toBeUndefined();
  });

  it('is what PostgreSQL says otherwise, whatever its exit code', () => {
    const text = 'ERROR:  database "swiftlet" already exists\nERROR:  role "swiftlet" does not exist\n';
    expect(provisioningProblem(text)).toBe('role "swiftlet" does not exist');
  });
});

describe('postgresEnvironment', () => {
  it('keeps variables of other PostgreSQL servers away', () => {
    expect(postgresEnvironment({ PGDATA: '/other', PGPORT: '1', PATH: '/bin' })).toEqual({ PATH: '/bin' });
  });
});
