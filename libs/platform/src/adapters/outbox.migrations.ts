/** Creates the outbox and the cursors of those who read it. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

class Outbox1763000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        id bigint GENERATED ALWAYS AS IDENTITY,
        topic text NOT NULL,
        aggregate text NOT NULL,
        payload jsonb NOT NULL,
        occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (xid, id)
      );
      CREATE INDEX outbox_by_time ON outbox (occurred_at);

      CREATE TABLE outbox_consumers (
        name text PRIMARY KEY,
        xid xid8 NOT NULL DEFAULT '0',
        id bigint NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL DEFAULT now()
      );

      -- Names this history of events: a stream kept elsewhere under another epoch belongs to another database.
      CREATE TABLE outbox_epoch (
        epoch uuid NOT NULL DEFAULT gen_random_uuid()
      );
      INSERT INTO outbox_epoch DEFAULT VALUES;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outbox_epoch, outbox_consumers, outbox');
  }
}

class OutboxOrigin1764000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The PostgreSQL server and database whose transaction numbers the positions hold; set at the first start.
      ALTER TABLE outbox_epoch ADD COLUMN origin text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox_epoch DROP COLUMN origin');
  }
}

export const outboxMigrations = [Outbox1763000000000, OutboxOrigin1764000003000];
