/** Finds conditions that can be tested on a changed row alone: comparisons with values, searches, and tests for NULL. */
import type { ComparisonOperator, OrderedColumn } from '../row-read.js';
import { boundOf, querySource } from './equality-values.js';
import { fieldsOf } from './expressions.js';
import type { Findings } from './findings.js';
import { ownName, type Node, type OperatorCall } from './nodes.js';
import type { Scope, TableColumn, TableUse } from './scope.js';
import type { ResidualTemplate, ValueSource } from './statement-reads.js';

interface Found {
  readonly of: TableUse;
  readonly residual: ResidualTemplate;
}

/** What holds the same from right to left. */
const mirrored: Readonly<Record<string, ComparisonOperator>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

export function conjunctsOf(condition: Node): readonly Node[] {
  const { BoolExpr } = condition;
  return BoolExpr?.boolop === 'AND_EXPR' ? BoolExpr.args.flatMap(conjunctsOf) : [condition];
}

/** Undefined when the condition is more than that: they stand for all of it. */
export function residualsOf(
  condition: Node,
  scope: Scope,
  restrictable: readonly TableUse[],
  findings: Findings,
): readonly Found[] | undefined {
  const { A_Expr, NullTest } = condition;
  if (NullTest !== undefined) {
    const column = plainColumn(NullTest.arg, scope, restrictable);
    const isNull = NullTest.nulltesttype === 'IS_NULL';
    const facts = column?.of.table.columns.get(column.column);
    // In an image JSON's null is like SQL's, and a composite value that is made of NULL is none.
    if ((facts?.equality ?? facts?.ordering) === undefined) return undefined;
    // A row that an outer join fills up is NULL as well, and whether it is there depends on rows that are not.
    if (column === undefined || (isNull && column.of.isNullable)) return undefined;
    return [{ of: column.of, residual: { kind: 'null', column: column.column, isNull } }];
  }
  return A_Expr === undefined ? undefined : ofOperator(A_Expr, scope, restrictable, findings);
}

function ofOperator(
  { kind, name, lexpr, rexpr }: OperatorCall,
  scope: Scope,
  restrictable: readonly TableUse[],
  findings: Findings,
): readonly Found[] | undefined {
  if (lexpr === undefined || rexpr === undefined) return undefined;
  const compare = (left: Node, operator: ComparisonOperator, right: Node) =>
    comparison({ left, operator, right }, scope, restrictable, findings);
  if (kind === 'AEXPR_BETWEEN') {
    const [low, high] = rexpr.List?.items ?? [];
    const above = low === undefined ? undefined : compare(lexpr, '>=', low);
    const below = high === undefined ? undefined : compare(lexpr, '<=', high);
    return above === undefined || below === undefined ? undefined : [above, below];
  }
  const operator = ownName(name) ?? '';
  if (kind === 'AEXPR_OP' && operator === '@@') {
    const found =
      search(lexpr, rexpr, scope, restrictable, findings) ??
      search(rexpr, lexpr, scope, restrictable, findings);
    return found === undefined ? undefined : [found];
  }
  const reverse = mirrored[operator];
  const forth = reverse === undefined ? undefined : mirrored[reverse];
  if (kind !== 'AEXPR_OP' || reverse === undefined || forth === undefined) return undefined;
  const found = compare(lexpr, forth, rexpr) ?? compare(rexpr, reverse, lexpr);
  return found === undefined ? undefined : [found];
}

interface Comparison {
  readonly left: Node;
  readonly operator: ComparisonOperator;
  readonly right: Node;
}

function comparison(
  { left, operator, right }: Comparison,
  scope: Scope,
  restrictable: readonly TableUse[],
  { parameters }: Findings,
): Found | undefined {
  const columns: OrderedColumn[] = [];
  const sources: ValueSource[] = [];
  const values = right.RowExpr?.args ?? [right];
  let of: TableUse | undefined;
  for (const [at, node] of (left.RowExpr?.args ?? [left]).entries()) {
    const column = plainColumn(node, scope, restrictable);
    const type = column?.of.table.columns.get(column.column)?.ordering;
    const value = values[at];
    if (column === undefined || type === undefined || value === undefined) return undefined;
    of ??= column.of;
    const source = boundOf(value, type, parameters);
    if (source === undefined || column.of !== of) return undefined;
    columns.push({ column: column.column, type });
    sources.push(source);
  }
  if (of === undefined || values.length !== columns.length) return undefined;
  return { of, residual: { kind: 'comparison', columns, operator, sources } };
}

/** A `tsvector` that a `tsquery` shall match, one that is known or one of a list that is unnested. */
function search(
  document: Node,
  query: Node,
  scope: Scope,
  restrictable: readonly TableUse[],
  { parameters }: Findings,
): Found | undefined {
  const column = plainColumn(document, scope, restrictable);
  if (column?.of.table.columns.get(column.column)?.isSearchDocument !== true) return undefined;
  const fields = query.ColumnRef?.fields;
  const elementsOf = fields === undefined ? undefined : scope.resolve(fieldsOf(fields)).elementsOf;
  const source =
    elementsOf === undefined ? querySource(query, 0, parameters) : querySource(elementsOf, 1, parameters);
  if (source === undefined) return undefined;
  return { of: column.of, residual: { kind: 'search', column: column.column, sources: [source] } };
}

function plainColumn(node: Node, scope: Scope, restrictable: readonly TableUse[]): TableColumn | undefined {
  const fields = node.ColumnRef?.fields;
  const column = fields === undefined ? undefined : scope.resolve(fieldsOf(fields)).same;
  return column !== undefined && restrictable.includes(column.of) ? column : undefined;
}
