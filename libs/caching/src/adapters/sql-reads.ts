/** Tells what a run of a SQL statement read; each text is parsed once, by PostgreSQL's own parser. */
import { loadModule, parseSync } from 'libpg-query';
import { analyseStatement, type ParseTree } from '../core/sql-analysis/analyse-statement.js';
import { bindReads } from '../core/sql-analysis/bind-reads.js';
import type { ResultRow } from '../core/sql-analysis/bind-residuals.js';
import { readsClock } from '../core/sql-analysis/expressions.js';
import type { RunReads, StatementReads } from '../core/sql-analysis/statement-reads.js';
import type { FunctionFacts, TableCatalog } from '../core/table-catalog.js';

/** A text with a list of another length is another text. */
const mostTexts = 2_000;

export class SqlReads {
  /** The first has not been asked for the longest. */
  readonly #analysed = new Map<string, StatementReads>();

  private constructor(private readonly catalog: TableCatalog) {}

  static async load(catalog: TableCatalog): Promise<SqlReads> {
    await loadModule();
    return new SqlReads({ ...catalog, functions: withBodies(catalog) });
  }

  analyse(sql: string): StatementReads {
    const known = this.#analysed.get(sql);
    const analysed = known ?? analyseText(sql, this.catalog);
    if (known !== undefined) this.#analysed.delete(sql);
    this.#analysed.set(sql, analysed);
    if (this.#analysed.size > mostTexts) {
      const [oldest] = this.#analysed.keys();
      if (oldest !== undefined) this.#analysed.delete(oldest);
    }
    return analysed;
  }

  /** @param rows as the driver gave them, by the names of their fields. */
  read(sql: string, params: readonly unknown[], rows: readonly ResultRow[]): RunReads {
    const analysed = this.analyse(sql);
    if (analysed.kind !== 'reads') return analysed;
    const { templates, isTimeDependent } = analysed;
    return {
      kind: 'reads',
      reads: bindReads(templates, params, rows),
      isTimeDependent: isTimeDependent || params.some(readsClock),
    };
  }
}

function analyseText(sql: string, catalog: TableCatalog, argumentNames?: readonly string[]): StatementReads {
  let tree: ParseTree;
  try {
    tree = parseSync(sql);
  } catch (error) {
    return {
      kind: 'opaque',
      reason: `the parser says: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  return analyseStatement(tree, catalog, argumentNames);
}

/** Functions in SQL read what their bodies read. They may call one another, so it is tried until nothing new is known. */
function withBodies(catalog: TableCatalog): Map<string, FunctionFacts> {
  const functions = new Map(catalog.functions);
  const open = new Map(catalog.functionBodies);
  for (;;) {
    const before = open.size;
    for (const [name, { sql, argumentNames }] of open) {
      const facts = functions.get(name);
      const body = analyseText(sql, { ...catalog, functions }, argumentNames);
      if (facts === undefined || body.kind !== 'reads') continue;
      const reads = body.templates.map(({ table }) => table);
      functions.set(name, {
        ...facts,
        reads,
        isTimeDependent: facts.isTimeDependent || body.isTimeDependent,
      });
      open.delete(name);
    }
    if (open.size === before) return functions;
  }
}
