/** Gives products a name to sort by whose order is the same on every server, and which the cache can compare as well. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Case and accents are taken off, and what is left is compared by code points: the order of a server's locale changes with its
 * operating system, and nobody else can tell it. The collation in which `lower` knows more letters than ASCII comes with
 * PostgreSQL itself.
 */
const sortName = `
  ALTER TABLE products ADD COLUMN sort_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    lower(regexp_replace(normalize(name, NFKD), '[\\u0300-\\u036F]+', '', 'g') COLLATE pg_c_utf8)) STORED;
  DROP INDEX products_by_name, products_in_category_by_name;
  CREATE INDEX products_by_name ON products (sort_name, id);
  CREATE INDEX products_in_category_by_name ON products (category_id, sort_name, id);
`;

export class NameOrder1764000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sortName);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE products DROP COLUMN sort_name;
      CREATE INDEX products_by_name ON products (lower(name), id);
      CREATE INDEX products_in_category_by_name ON products (category_id, lower(name), id);
    `);
  }
}
