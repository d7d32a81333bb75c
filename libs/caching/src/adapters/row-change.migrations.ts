/** Creates the table in which PostgreSQL itself notes every changed row, whoever wrote it, and the triggers' function. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Not logged less than the rows it speaks of: an UNLOGGED table is emptied by a crash, and the changes committed just before
 * it would never be told. Rows live for milliseconds, so vacuum comes by count and not by share of a table that is empty.
 */
const table = `
  CREATE TABLE row_changes (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint GENERATED ALWAYS AS IDENTITY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    application_name text NOT NULL DEFAULT current_setting('application_name'),
    table_name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('insert', 'update', 'delete', 'table')),
    changed text[],
    before jsonb,
    after jsonb,
    PRIMARY KEY (xid, id)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
          autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000);`;

/**
 * Static SQL whose plans are kept, and generic ones by force: to plan anew costs more than all the rest. PL/pgSQL compiles a
 * function once for each trigger that calls it, so the transition tables have the shape of that trigger's table. The columns
 * come from the rows themselves: one that is added later is told without a word to the trigger.
 *
 * Runs as its owner with settings of its own: a writer may have no right on `row_changes`, another search path, or another
 * time zone, and one value must have one image.
 *
 * A row counts as changed when its stored bytes differ (`*<>`). Columns are then compared as text, because numbers in jsonb are
 * equal when 1.0 became 1.00, which an answer shows. Where bytes differ and no text does (NULL and the jsonb value null have
 * one image), every column is named. OFFSET 0 keeps an image from being made again wherever it is used.
 *
 * An image costs 9 µs of CPU for an inserted row and 25 for an updated one, a statement of more than `most_rows` 1 µs a row:
 * imports stay as fast as they were, and no statement is slowed by more than some 12 ms.
 */
const recordChange = (schema: string) => `
  CREATE FUNCTION swiftlet_record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = ${schema}, pg_temp SET timezone = 'UTC' SET plan_cache_mode = force_generic_plan
  AS $function$
  #variable_conflict use_variable
  DECLARE
    told_as CONSTANT text := TG_ARGV[0];
    key_columns CONSTANT text[] := TG_ARGV[1];
    left_out CONSTANT text[] := TG_ARGV[2];
    most_rows CONSTANT integer := 500;
    affected integer;
  BEGIN
    IF TG_OP = 'INSERT' THEN
      SELECT count(*) INTO affected FROM (SELECT FROM swiftlet_new LIMIT most_rows + 1) AS first_rows;
    ELSIF TG_OP <> 'TRUNCATE' THEN
      SELECT count(*) INTO affected FROM (SELECT FROM swiftlet_old LIMIT most_rows + 1) AS first_rows;
    END IF;

    IF affected = 0 THEN
      RETURN NULL;
    ELSIF TG_OP = 'TRUNCATE' OR affected > most_rows THEN
      INSERT INTO row_changes (table_name, kind) VALUES (told_as, 'table');
    ELSIF TG_OP = 'INSERT' THEN
      INSERT INTO row_changes (table_name, kind, after)
        SELECT told_as, 'insert', to_jsonb(swiftlet_new) - left_out FROM swiftlet_new;
    ELSIF TG_OP = 'DELETE' THEN
      INSERT INTO row_changes (table_name, kind, before)
        SELECT told_as, 'delete', to_jsonb(swiftlet_old) - left_out FROM swiftlet_old;
    ELSE
      INSERT INTO row_changes (table_name, kind, changed, before, after)
        SELECT told_as,
               CASE WHEN n.image IS NULL THEN 'delete' WHEN o.image IS NULL THEN 'insert' ELSE 'update' END,
               CASE WHEN n.image IS NOT NULL AND o.image IS NOT NULL THEN coalesce(
                 (SELECT array_agg(k.key) FROM jsonb_each_text(n.image) k
                   WHERE k.value IS DISTINCT FROM o.image ->> k.key),
                 ARRAY(SELECT jsonb_object_keys(n.image))) END,
               o.image - left_out,
               n.image - left_out
          FROM (SELECT swiftlet_old AS stored, to_jsonb(swiftlet_old) AS image FROM swiftlet_old OFFSET 0) o
          FULL JOIN (SELECT swiftlet_new AS stored, to_jsonb(swiftlet_new) AS image FROM swiftlet_new OFFSET 0) n
            ON ARRAY(SELECT o.image -> k FROM unnest(key_columns) k) =
               ARRAY(SELECT n.image -> k FROM unnest(key_columns) k)
         WHERE n.image IS NULL OR o.image IS NULL OR o.stored *<> n.stored;
    END IF;
    -- For a statement without a transaction of its own: afterwards nobody else could tell its connection the number.
    IF FOUND THEN
      PERFORM set_config('swiftlet.last_xid', pg_current_xact_id()::text, false);
    END IF;
    RETURN NULL;
  END
  $function$;`;

/**
 * Deferred constraint triggers may write too; they would fire only at COMMIT, after the reading. Whoever wrote more rows than
 * are worth telling one by one is told of by table.
 */
const changesOf = (schema: string) => `
  CREATE FUNCTION swiftlet_changes_of(transaction xid8)
    RETURNS TABLE (of_xid text, of_id bigint, of_table text, of_kind text, columns text[], old_image text, new_image text)
    LANGUAGE plpgsql STRICT SET search_path = ${schema}, pg_temp
  AS $function$
  BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    IF EXISTS (SELECT FROM row_changes WHERE xid = transaction OFFSET 5000) THEN
      RETURN QUERY SELECT transaction::text, max(id), table_name, 'table', NULL::text[], NULL, NULL
                     FROM row_changes WHERE xid = transaction GROUP BY table_name ORDER BY max(id);
    ELSE
      RETURN QUERY SELECT transaction::text, id, table_name, kind, changed, before::text, after::text
                     FROM row_changes WHERE xid = transaction ORDER BY id;
    END IF;
  END
  $function$;`;

const untrackTable = (schema: string) => `
  CREATE FUNCTION swiftlet_untrack_table(tracked regclass) RETURNS void LANGUAGE plpgsql
    SET search_path = ${schema}, pg_temp
  AS $function$
  DECLARE
    part regclass;
    operation text;
  BEGIN
    FOR part IN SELECT tracked UNION SELECT relid FROM pg_partition_tree(tracked) LOOP
      FOREACH operation IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
        IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = part AND tgname = 'swiftlet_record_' || operation) THEN
          EXECUTE format('DROP TRIGGER %I ON %s', 'swiftlet_record_' || operation, part);
        END IF;
      END LOOP;
    END LOOP;
  END
  $function$;`;

/** Refuses a table whose changes could not be told. */
const keyOf = (schema: string) => `
  CREATE FUNCTION swiftlet_key_of(tracked regclass, leave_out text[]) RETURNS text[] LANGUAGE plpgsql
    SET search_path = ${schema}, pg_temp
  AS $function$
  DECLARE
    key_columns text[];
    untellable text;
  BEGIN
    SELECT array_agg(a.attname::text) INTO key_columns
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = tracked AND i.indisprimary;
    IF key_columns IS NULL THEN
      RAISE 'Table % cannot be tracked: it has no primary key by which to tell its rows apart.', tracked;
    END IF;
    IF key_columns && leave_out THEN
      RAISE 'Table % cannot be tracked without its primary key: take % out of leave_out.', tracked, key_columns;
    END IF;
    SELECT wanted INTO untellable FROM unnest(leave_out) wanted
     WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = tracked AND attname = wanted AND attnum > 0);
    IF FOUND THEN
      RAISE 'Table % has no column "%" to leave out.', tracked, untellable;
    END IF;
    -- Triggers see NULL in a virtual column; and json, unlike jsonb, may hold text that no image can.
    SELECT attname INTO untellable FROM pg_attribute
     WHERE attrelid = tracked AND NOT attisdropped AND attnum > 0 AND (attgenerated = 'v' OR atttypid = 'json'::regtype);
    IF FOUND THEN
      RAISE 'Table % cannot be tracked: make column "%" STORED if it is generated, jsonb if it is json.', tracked, untellable;
    END IF;
    RETURN key_columns;
  END
  $function$;`;

/** ENABLE ALWAYS: `session_replication_role = replica`, by which loaders switch triggers off, does not switch off these. */
const trackTable = (schema: string) => `
  CREATE FUNCTION swiftlet_track_table(tracked regclass, leave_out text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql
    SET search_path = ${schema}, pg_temp
  AS $function$
  DECLARE
    key_columns CONSTANT text[] := swiftlet_key_of(tracked, leave_out);
    told_as text;
    part regclass;
    operation text;
    transition text;
  BEGIN
    SELECT CASE n.nspname WHEN current_schema() THEN c.relname ELSE n.nspname || '.' || c.relname END INTO told_as
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = tracked;

    PERFORM swiftlet_untrack_table(tracked);
    -- A statement fires the triggers of the table that it names, which may be a single partition.
    FOR part IN SELECT tracked UNION SELECT relid FROM pg_partition_tree(tracked) LOOP
      FOREACH operation IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
        transition := CASE operation
          WHEN 'insert' THEN 'REFERENCING NEW TABLE AS swiftlet_new'
          WHEN 'update' THEN 'REFERENCING OLD TABLE AS swiftlet_old NEW TABLE AS swiftlet_new'
          WHEN 'delete' THEN 'REFERENCING OLD TABLE AS swiftlet_old'
          ELSE '' END;
        EXECUTE format(
          'CREATE TRIGGER swiftlet_record_%s AFTER %s ON %s %s FOR EACH STATEMENT '
          'EXECUTE FUNCTION swiftlet_record_change(%L, %L, %L)',
          operation, operation, part, transition, told_as, key_columns, leave_out);
        EXECUTE format('ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER swiftlet_record_%s', part, operation);
      END LOOP;
    END LOOP;
  END
  $function$;`;

class RowChanges1764000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const [row] = await runner.manager.query<{ schema: string }[]>(
      'SELECT quote_ident(current_schema()) AS schema',
    );
    if (row === undefined)
      throw new Error('No schema of the search path exists; create one before migrating.');
    await runner.query(table);
    await runner.query(recordChange(row.schema));
    await runner.query(changesOf(row.schema));
    await runner.query(untrackTable(row.schema));
    await runner.query(keyOf(row.schema));
    await runner.query(trackTable(row.schema));
  }

  /** Takes the triggers of every table that is still tracked along. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION swiftlet_record_change() CASCADE;
      DROP FUNCTION swiftlet_changes_of(xid8), swiftlet_track_table(regclass, text[]), swiftlet_key_of(regclass, text[]),
                    swiftlet_untrack_table(regclass);
      DROP TABLE row_changes`);
  }
}

export const cachingMigrations = [RowChanges1764000004000];
