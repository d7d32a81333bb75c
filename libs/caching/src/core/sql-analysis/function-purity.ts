/** Tells which functions only compute, which ask the clock or the dice, and of which nobody knows. */
import type { FunctionFacts } from '../table-catalog.js';

export interface FunctionRow {
  readonly name: string;
  /** PostgreSQL's own, in `pg_catalog`. */
  readonly is_own: boolean;
  /** `pg_proc.provolatile`: immutable, stable, volatile. */
  readonly volatility: 'i' | 's' | 'v';
  readonly is_aggregate: boolean;
  readonly returns_set: boolean;
  readonly extension: string | null;
}

/** Stable for the sake of a setting such as the time zone, not because they read a table. */
const stableAndPure = new Set(
  (
    'array_to_json concat concat_ws convert convert_from convert_to date date_add date_part date_subtract date_trunc extract ' +
    'format generate_series get_current_ts_config json_agg json_agg_strict json_build_array json_build_object json_object_agg ' +
    'json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict json_to_record json_to_recordset ' +
    'json_to_tsvector jsonb_agg jsonb_agg_strict jsonb_build_array jsonb_build_object jsonb_object_agg ' +
    'jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict jsonb_path_exists_tz jsonb_path_match_tz ' +
    'jsonb_path_query_array_tz jsonb_path_query_first_tz jsonb_path_query_tz jsonb_to_record jsonb_to_recordset ' +
    'jsonb_to_tsvector length make_timestamptz numeric overlaps phraseto_tsquery plainto_tsquery quote_literal quote_nullable ' +
    'row_to_json time timestamp timestamptz timetz timezone to_char to_date to_json to_jsonb to_number to_timestamp to_tsquery ' +
    'to_tsvector ts_headline websearch_to_tsquery'
  ).split(' '),
);

const clocksAndDice = new Set(
  (
    'age array_sample array_shuffle clock_timestamp gen_random_uuid now random random_normal statement_timestamp timeofday ' +
    'transaction_timestamp uuidv4 uuidv7'
  ).split(' '),
);

/** Extensions none of whose functions reads a table. */
const pureExtensions = new Set([
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'unaccent',
  'uuid-ossp',
]);

/** An immutable function must not read tables: https://www.postgresql.org/docs/18/xfunc-volatility.html */
export function isPure({ name, is_own, volatility, extension }: FunctionRow): boolean {
  if (volatility === 'i') return true;
  if (is_own) return volatility === 's' && stableAndPure.has(name);
  return volatility === 's' && extension !== null && pureExtensions.has(extension);
}

function isClock({ name, is_own, volatility, extension }: FunctionRow): boolean {
  if (is_own) return clocksAndDice.has(name);
  return volatility === 'v' && extension !== null && pureExtensions.has(extension);
}

/** Which of the overloads is called nobody knows here, so that they count together. */
export function combinedFacts(overloads: readonly FunctionRow[]): FunctionFacts {
  return {
    reads: overloads.every((row) => isPure(row) || isClock(row)) ? [] : undefined,
    isTimeDependent: overloads.some(isClock),
    isAggregate: overloads.some((row) => row.is_aggregate),
    returnsSet: overloads.some((row) => row.returns_set),
  };
}
