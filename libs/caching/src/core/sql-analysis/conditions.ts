/** Finds the equalities that a condition demands of every row that satisfies it. */
import type { EqualityType } from '../row-read.js';
import { elementSources, sourceOf, sourcesOf } from './equality-values.js';
import { fieldsOf } from './expressions.js';
import type { Findings } from './findings.js';
import { ownName, type Node, type OperatorCall } from './nodes.js';
import type { ColumnOrigin, Scope, TableColumn, TableUse } from './scope.js';
import type { ValueSource } from './statement-reads.js';

interface Demand {
  readonly column: TableColumn;
  readonly sources: readonly ValueSource[];
}

interface Demands {
  readonly values: readonly Demand[];
  /** Columns that equal one another. */
  readonly links: readonly (readonly [ColumnOrigin, ColumnOrigin])[];
}

const none: Demands = { values: [], links: [] };

/**
 * Restricts the tables in `restrictable` to the rows that the condition lets pass. An equality is never true of NULL, so that a
 * row that an outer join fills up with NULL passes as little as the row whose absence brought it forth.
 */
export function restrict(
  condition: Node,
  scope: Scope,
  restrictable: readonly TableUse[],
  findings: Findings,
): void {
  const { values, links } = demandsOf(condition, scope, findings);
  for (const { column, sources } of values) {
    const { restrictions } = column.of;
    if (restrictable.includes(column.of) && !restrictions.has(column.column))
      restrictions.set(column.column, sources);
  }
  for (const [one, other] of links.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])) {
    if (one.same !== undefined && restrictable.includes(one.same.of)) findings.link(one.same, other);
  }
}

function demandsOf(condition: Node, scope: Scope, findings: Findings): Demands {
  const { BoolExpr, A_Expr, ColumnRef } = condition;
  if (A_Expr !== undefined) return ofOperator(A_Expr, scope, findings);
  if (ColumnRef !== undefined) return ofFlag(condition, 'true', scope);
  if (BoolExpr === undefined) return none;
  const [first = {}] = BoolExpr.args;
  if (BoolExpr.boolop === 'NOT_EXPR') return ofFlag(first, 'false', scope);
  const each = BoolExpr.args.map((arg) => demandsOf(arg, scope, findings));
  if (BoolExpr.boolop === 'OR_EXPR') return either(each);
  return { values: each.flatMap(({ values }) => values), links: each.flatMap(({ links }) => links) };
}

/** What each of the conditions demands of the same column holds of all together. */
function either(each: readonly Demands[]): Demands {
  const [first = none, ...others] = each;
  const values = first.values.flatMap(({ column, sources }): Demand[] => {
    const further = others.map(({ values: own }) =>
      own.find((demand) => demand.column.of === column.of && demand.column.column === column.column),
    );
    if (!further.every((demand) => demand !== undefined)) return [];
    return [{ column, sources: [...sources, ...further.flatMap((demand) => demand.sources)] }];
  });
  return { values, links: [] };
}

function columnOf(node: Node | undefined, scope: Scope): ColumnOrigin | undefined {
  const fields = node?.ColumnRef?.fields;
  return fields === undefined ? undefined : scope.resolve(fieldsOf(fields));
}

function typeOf(column: TableColumn | undefined): EqualityType | undefined {
  return column?.of.table.columns.get(column.column)?.equality;
}

function ofFlag(node: Node, literal: 'true' | 'false', scope: Scope): Demands {
  const column = columnOf(node, scope)?.same;
  if (column === undefined || typeOf(column) !== 'boolean') return none;
  return { values: [{ column, sources: [{ literal }] }], links: [] };
}

function ofOperator(call: OperatorCall, scope: Scope, findings: Findings): Demands {
  const { kind, name, lexpr, rexpr } = call;
  if (ownName(name) !== '=' || lexpr === undefined || rexpr === undefined) return none;
  const left = columnOf(lexpr, scope);
  const right = columnOf(rexpr, scope);
  if (kind === 'AEXPR_OP' && left !== undefined && right !== undefined)
    return { values: [], links: [[left, right]] };
  if (kind === 'AEXPR_OP' && right?.same !== undefined) return ofValue(right.same, kind, lexpr, findings);
  return left?.same === undefined ? none : ofValue(left.same, kind, rexpr, findings);
}

function ofValue(column: TableColumn, kind: string, value: Node, { parameters }: Findings): Demands {
  const type = typeOf(column);
  if (type === undefined) return none;
  const sources = (() => {
    switch (kind) {
      case 'AEXPR_OP': {
        const source = sourceOf(value, type, parameters);
        return source === undefined ? undefined : [source];
      }
      case 'AEXPR_IN':
        return sourcesOf(value.List?.items ?? [], type, parameters);
      case 'AEXPR_OP_ANY':
        return elementSources(value, type, parameters);
      default:
        return undefined;
    }
  })();
  return sources === undefined ? none : { values: [{ column, sources }], links: [] };
}
