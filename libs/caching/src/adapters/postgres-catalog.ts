/** Loads from PostgreSQL which tables, functions, operators and types there are, and which changes are recorded. */
import type { DataSource } from 'typeorm';
import { exactDigits } from '../core/ordered-values.js';
import type { EqualityType, OrderedType } from '../core/row-read.js';
import type {
  ColumnFacts,
  FunctionBody,
  FunctionFacts,
  TableCatalog,
  TrackedTable,
  UntrackedRelation,
} from '../core/table-catalog.js';
import { combinedFacts, isPure, type FunctionRow } from '../core/sql-analysis/function-purity.js';

/** The function of the triggers that record changes. */
export const recordingFunction = 'swiftlet_record_change';

/** The bits of `pg_trigger.tgtype` for INSERT, DELETE, UPDATE and TRUNCATE. */
const allEvents = 4 | 8 | 16 | 32;

interface RelationRow {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly has_row_security: boolean;
  readonly has_kin: boolean;
  readonly events: number;
  readonly primary_key: string[];
}

/** A trigger that may pass over some changes (WHEN, UPDATE OF, disabled) does not count. */
const relationsSql = `
  SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind AS kind, c.relrowsecurity AS has_row_security,
         EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) AS has_kin,
         coalesce((SELECT bit_or(t.tgtype::int)
                     FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                    WHERE t.tgrelid = c.oid AND p.proname = $1 AND t.tgenabled IN ('O', 'A')
                      AND t.tgqual IS NULL AND cardinality(t.tgattr::int2[]) = 0), 0) AS events,
         ARRAY(SELECT a.attname::text
                 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY a.attnum) AS primary_key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
     AND n.nspname !~ '^pg_t(oast|emp)'`;

interface ColumnRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: string;
  /** Of a `numeric` that is declared with one, which is meant in decimal digits. */
  readonly precision: number | null;
  readonly is_enum: boolean;
  readonly is_deterministic: boolean;
  readonly is_by_code_points: boolean;
  readonly is_virtual: boolean;
}

/**
 * The collations C and POSIX, and all of PostgreSQL's own, compare bytes, whatever they think of upper and lower case; in UTF-8
 * that is the order of code points. https://www.postgresql.org/docs/18/locale.html#LOCALE-PROVIDERS
 */
const columnsSql = `
  SELECT n.nspname::text AS schema, c.relname::text AS table, a.attname::text AS name, t.typname::text AS type,
         CASE WHEN a.atttypmod >= 0 AND t.typname = 'numeric' THEN ((a.atttypmod - 4) >> 16) & 65535 END AS precision,
         t.typtype = 'e' AS is_enum, coalesce(l.collisdeterministic, true) AS is_deterministic,
         d.encoding = pg_char_to_encoding('UTF8') AND coalesce(CASE l.collprovider
           WHEN 'b' THEN true
           WHEN 'c' THEN l.collcollate IN ('C', 'POSIX')
           WHEN 'd' THEN d.datlocprovider = 'b' OR d.datlocprovider = 'c' AND d.datcollate IN ('C', 'POSIX')
         END, false) AS is_by_code_points,
         a.attgenerated = 'v' AS is_virtual
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_database d ON d.datname = current_database()
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
   WHERE a.attnum > 0 AND NOT a.attisdropped
   ORDER BY n.nspname, c.relname, a.attnum`;

/** Types that look into the system's tables, and those with casts that somebody wrote, are left out. */
const typesSql = `
  SELECT t.typname::text AS name
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE (n.nspname = 'pg_catalog' AND t.typtype IN ('b', 'r', 'm') AND t.typname !~ '^_?reg(?!config|dictionary)'
          OR t.typtype = 'e' AND t.typname NOT IN (SELECT typname FROM pg_type WHERE typtype <> 'e'))
     AND NOT EXISTS (SELECT FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc
                      WHERE c.oid >= 16384 AND p.provolatile <> 'i' AND t.oid IN (c.castsource, c.casttarget))`;

const functionsSql = `
  SELECT DISTINCT p.proname::text AS name, n.nspname = 'pg_catalog' AS is_own, p.provolatile AS volatility,
         p.prokind = 'a' AS is_aggregate, p.proretset AS returns_set, e.extname::text AS extension
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    LEFT JOIN pg_extension e ON e.oid = d.refobjid
   WHERE n.nspname <> 'information_schema'`;

const operatorsSql = `
  SELECT DISTINCT o.oprname::text AS name, false AS is_own, p.provolatile AS volatility, false AS is_aggregate,
         false AS returns_set, e.extname::text AS extension
    FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
    LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    LEFT JOIN pg_extension e ON e.oid = d.refobjid
   WHERE o.oprnamespace <> 'pg_catalog'::regnamespace`;

/** Only where the name says which one is called, and names inside mean what they mean outside. */
const bodiesSql = `
  SELECT min(p.proname::text) AS name, min(p.prosrc) AS sql,
         coalesce((array_agg(to_json(p.proargnames)))[1], '[]') AS argument_names
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'sql'
   WHERE p.oid >= 16384 AND p.prokind = 'f' AND p.provolatile <> 'i'
   GROUP BY p.proname
  HAVING count(*) = 1 AND bool_and(p.prosqlbody IS NULL)
     AND bool_and(NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting ~ '^search_path'))`;

export class PostgresCatalog {
  constructor(private readonly dataSource: Pick<DataSource, 'query'>) {}

  /** Call it again after a migration. */
  async load(): Promise<TableCatalog> {
    const [path] = await this.#rows<{ schemas: string[] }>(
      'SELECT current_schemas(false)::text[] AS schemas',
    );
    const searchPath = path?.schemas ?? [];
    return {
      searchPath,
      relations: await this.#relations(searchPath[0]),
      functions: await this.#functions(),
      functionBodies: await this.#functionBodies(),
      operators: await this.#operators(),
      types: new Set((await this.#rows<{ name: string }>(typesSql)).map(({ name }) => name)),
    };
  }

  async #relations(
    currentSchema: string | undefined,
  ): Promise<Map<string, TrackedTable | UntrackedRelation>> {
    const columns = groupBy(await this.#rows<ColumnRow>(columnsSql), ({ schema, table }) =>
      qualified(schema, table),
    );
    const rows = await this.#rows<RelationRow>(relationsSql, [recordingFunction]);
    return new Map(
      rows.map((row): [string, TrackedTable | UntrackedRelation] => {
        const key = qualified(row.schema, row.name);
        const reason = untrackedBecause(row);
        if (reason !== undefined) return [key, { kind: 'untracked', reason }];
        const name = row.schema === currentSchema ? row.name : key;
        const own = (columns.get(key) ?? []).map(toColumn);
        const byName = new Map(own.map((column) => [column.name, column]));
        return [key, { kind: 'tracked', name, columns: byName, primaryKey: row.primary_key }];
      }),
    );
  }

  async #functions(): Promise<Map<string, FunctionFacts>> {
    const overloads = groupBy(await this.#rows<FunctionRow>(functionsSql), ({ name }) => name);
    return new Map([...overloads].map(([name, rows]) => [name, combinedFacts(rows)]));
  }

  async #operators(): Promise<Map<string, boolean>> {
    const overloads = groupBy(await this.#rows<FunctionRow>(operatorsSql), ({ name }) => name);
    return new Map([...overloads].map(([name, rows]) => [name, rows.every(isPure)]));
  }

  async #functionBodies(): Promise<Map<string, FunctionBody>> {
    const rows = await this.#rows<{ name: string; sql: string; argument_names: string[] }>(bodiesSql);
    return new Map(
      rows.map(({ name, sql, argument_names }) => [name, { sql, argumentNames: argument_names }]),
    );
  }

  async #rows<Row>(sql: string, values?: unknown[]): Promise<Row[]> {
    return this.dataSource.query<Row[]>(sql, values);
  }
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function qualified(schema: string, name: string): string {
  return `${schema}.${name}`;
}

function untrackedBecause({ kind, has_row_security, has_kin, events }: RelationRow): string | undefined {
  if (kind !== 'r') return 'it is no plain table';
  // A change is recorded under the name of the partition, and read under that of the whole.
  if (has_kin) return 'it shares its rows with other tables';
  if (has_row_security) return 'who reads it decides what is seen';
  return (events & allEvents) === allEvents ? undefined : 'not all of its changes are recorded';
}

function toColumn({ name, is_virtual, ...type }: ColumnRow): ColumnFacts {
  if (is_virtual)
    return { name, equality: undefined, ordering: undefined, isSearchDocument: false, isVirtual: true };
  const isSearchDocument = type.type === 'tsvector';
  return { name, equality: equalityOf(type), ordering: orderingOf(type), isSearchDocument, isVirtual: false };
}

function equalityOf({
  type,
  is_enum,
  is_deterministic,
}: Pick<ColumnRow, 'type' | 'is_enum' | 'is_deterministic'>): EqualityType | undefined {
  if (is_enum) return 'text';
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return 'integer';
    case 'text':
    case 'varchar':
      return is_deterministic ? 'text' : undefined;
    case 'bool':
      return 'boolean';
    case 'uuid':
      return 'uuid';
    default:
      return undefined;
  }
}

function orderingOf({
  type,
  precision,
  is_enum,
  is_by_code_points,
}: Pick<ColumnRow, 'type' | 'precision' | 'is_enum' | 'is_by_code_points'>): OrderedType | undefined {
  // In the order in which its values were declared.
  if (is_enum) return undefined;
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return 'integer';
    case 'numeric':
      return precision !== null && precision <= exactDigits ? 'decimal' : 'numeric';
    case 'timestamptz':
      return type;
    case 'text':
    case 'varchar':
      return is_by_code_points ? 'text' : undefined;
    default:
      return undefined;
  }
}
