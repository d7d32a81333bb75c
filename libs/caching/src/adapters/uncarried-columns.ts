/** Finds the columns that recorded changes do not carry, because the tables are tracked without them or no trigger sees them. */
import type { DataSource } from 'typeorm';

/** The trigger's arguments are the table's name as changes tell it, its key and what is left out, each ended by a zero byte. */
const sql = `
  WITH tracked AS (
    SELECT t.tgrelid,
           ARRAY(SELECT convert_from(decode(argument, 'escape'), getdatabaseencoding())
                   FROM string_to_table(encode(t.tgargs, 'escape'), '\\000') WITH ORDINALITY AS each (argument, at)
                  ORDER BY at) AS arguments
      FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE p.proname = 'swiftlet_record_change')
  SELECT DISTINCT arguments[1] AS "table", a.attname::text AS "column"
    FROM tracked JOIN pg_attribute a ON a.attrelid = tgrelid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE a.attgenerated = 'v' OR a.attname::text = ANY (arguments[3]::text[])`;

/** As `table.column`. */
export async function loadUncarriedColumns(dataSource: Pick<DataSource, 'query'>): Promise<Set<string>> {
  const rows = await dataSource.query<{ table: string; column: string }[]>(sql);
  return new Set(rows.map(({ table, column }) => `${table}.${column}`));
}
