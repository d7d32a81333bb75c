/** Chooses rows and texts of a shop at random, from one seed, and writes by SQL and by mutations. */
import type { GraphqlClient } from '../graphql-client.js';
import type { RunningApp } from '../start-app.js';
import type { Asker } from './questions.js';

type Row = Readonly<Record<string, string | null>>;

const words = ['Leather', 'Chair', 'Office', 'Binder', 'Lamp', 'Xerox', 'Printer', 'Phone', 'Table', 'Black'];

export class RandomShop {
  /** Mutations that the shop has refused, as the second review of a product. */
  refused = 0;

  /** @param random 0 to 1. */
  constructor(
    private readonly shop: RunningApp,
    readonly random: () => number,
    readonly askers: readonly Asker[],
  ) {}

  of<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error('There is nothing to choose from.');
    return one;
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  text(): string {
    return `${this.of(words)} ${this.of(words)} ${this.below(1_000)}`;
  }

  async sql(sql: string, ...values: unknown[]): Promise<readonly Row[]> {
    const result: unknown = await this.shop.dataSource.query(sql, values);
    // An UPDATE comes with the number of its rows.
    return (Array.isArray(result) && Array.isArray(result[0]) ? result[0] : result) as Row[];
  }

  /** One row's key: of the first twenty by id every third time, so that much that is cached shows it. */
  async key(table: string, where = 'true', ...values: unknown[]): Promise<string> {
    const [counted] = await this.sql(`SELECT count(*) AS n FROM ${table} WHERE ${where}`, ...values);
    const most = this.below(3) === 0 ? Math.min(20, Number(counted?.['n'])) : Number(counted?.['n']);
    const rows = await this.sql(
      `SELECT id::text FROM ${table} WHERE ${where} ORDER BY id OFFSET ${this.below(most)} LIMIT 1`,
      ...values,
    );
    return rows[0]?.['id'] ?? '0';
  }

  async mutate(client: GraphqlClient, field: string, selection: string, input: object): Promise<void> {
    const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`;
    const { errors } = await client.ask(query, { input });
    if (errors !== undefined) this.refused += 1;
  }

  /** One of those that ask, or anybody. */
  async customer(): Promise<string> {
    return this.below(2) === 0 ? this.of(this.askers).customerKey : this.key('customers');
  }
}
