/** Makes sure that an account with this e-mail, password and role is there: for development and first administrators. */
import type { DataSource } from 'typeorm';
import type { Role } from '../../access/viewer.js';
import { hashPassword, passwordMatches } from './passwords.js';

export interface WantedAccount {
  readonly email: string;
  readonly password: string;
  readonly role: Role;
  /** Used when the customer is new. */
  readonly name: string;
}

export async function ensureAccount(dataSource: DataSource, wanted: WantedAccount): Promise<void> {
  const [existing] = await dataSource.query<{ password_hash: string; role: Role }[]>(
    `SELECT password_hash, role FROM accounts JOIN customers ON id = customer_id WHERE lower(email) = lower($1)`,
    [wanted.email],
  );
  // Hashing anew at every start would change nothing but the time it takes.
  if (existing?.role === wanted.role && (await passwordMatches(existing.password_hash, wanted.password)))
    return;
  const passwordHash = await hashPassword(wanted.password);
  await dataSource.transaction(async (manager) => {
    await manager.query(
      'INSERT INTO customers (email, name) VALUES ($1, $2) ON CONFLICT (lower(email)) DO NOTHING',
      [wanted.email, wanted.name],
    );
    await manager.query(
      `INSERT INTO accounts (customer_id, password_hash, role)
       SELECT id, $2, $3 FROM customers WHERE lower(email) = lower($1)
       ON CONFLICT (customer_id) DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role`,
      [wanted.email, passwordHash, wanted.role],
    );
  });
}
