/** Tells from a statement's parse tree which tables, rows and columns its answer depends on; in doubt more, never less. */
import type { TableCatalog } from '../table-catalog.js';
import { parametersOf } from './equality-values.js';
import { Findings } from './findings.js';
import type { Node, SelectStatement } from './nodes.js';
import { columnsNamed, Scope } from './scope.js';
import { SelectReader } from './select.js';
import { NotUnderstood, WritesRows, type StatementReads } from './statement-reads.js';

export interface ParseTree {
  readonly stmts?: readonly { readonly stmt?: unknown }[];
}

/** Settings that tell neither what a name means nor how a value is read or written. */
const harmlessSettings =
  /^(?:statement_timeout|lock_timeout|transaction_timeout|idle_.*|application_name|work_mem|jit.*)$/;
const answerless = new Set([
  'TransactionStmt',
  'ListenStmt',
  'UnlistenStmt',
  'ConstraintsSetStmt',
  'DeallocateStmt',
]);
/** Whatever is not in here changes something, or may: DDL, COPY, CALL, DO, LOCK. */
const answering = new Set([
  'ExplainStmt',
  'VariableShowStmt',
  'FetchStmt',
  'DeclareCursorStmt',
  'ExecuteStmt',
]);

/** @param argumentNames the arguments by which a function calls its parameters. */
export function analyseStatement(
  tree: ParseTree,
  catalog: TableCatalog,
  argumentNames: readonly string[] = [],
): StatementReads {
  const statements = (tree.stmts ?? []).map(({ stmt }) => (stmt ?? {}) as Node);
  const [first, ...others] = statements;
  if (first === undefined) return { kind: 'none' };
  if (others.length === 0) return analyseOne(first, catalog, argumentNames);
  const kinds = statements.map((statement) => analyseOne(statement, catalog, argumentNames).kind);
  if (kinds.includes('write')) return { kind: 'write' };
  if (kinds.every((kind) => kind === 'none')) return { kind: 'none' };
  return { kind: 'opaque', reason: 'it is several statements' };
}

function analyseOne(
  statement: Node,
  catalog: TableCatalog,
  argumentNames: readonly string[],
): StatementReads {
  const { SelectStmt, VariableSetStmt } = statement;
  if (SelectStmt !== undefined) return analyseSelect(SelectStmt, catalog, argumentNames);
  const [kind = ''] = Object.keys(statement);
  if (answerless.has(kind)) return { kind: 'none' };
  if (answering.has(kind)) return { kind: 'opaque', reason: `it is of kind ${kind}` };
  if (VariableSetStmt === undefined) return { kind: 'write' };
  const { name = '' } = VariableSetStmt as { name?: string };
  if (
    harmlessSettings.test(name) ||
    name.startsWith('TRANSACTION') ||
    name.startsWith('SESSION CHARACTERISTICS')
  )
    return { kind: 'none' };
  return { kind: 'opaque', reason: `setting ${name} may change what later statements mean` };
}

function analyseSelect(
  statement: SelectStatement,
  catalog: TableCatalog,
  argumentNames: readonly string[],
): StatementReads {
  const findings = new Findings(catalog, parametersOf(statement));
  const outer = new Scope(undefined, new Map());
  outer.ranges.push({ name: undefined, outputs: columnsNamed(argumentNames), isOpen: false });
  try {
    const answer = new SelectReader(findings).read(statement, outer);
    const { isTimeDependent } = findings;
    return { kind: 'reads', templates: findings.templates(answer), isTimeDependent };
  } catch (error) {
    if (error instanceof WritesRows) return { kind: 'write' };
    if (error instanceof NotUnderstood) return { kind: 'opaque', reason: error.message };
    throw error;
  }
}
