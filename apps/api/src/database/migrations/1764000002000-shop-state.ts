/** Creates the notes that the shop keeps about itself, such as which shop is in the database and whether it is whole. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ShopState1764000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE shop_state (key text PRIMARY KEY, value jsonb NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shop_state');
  }
}
