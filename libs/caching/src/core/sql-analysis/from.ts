/** Reads FROM: the tables, subselects and functions in it, and which of them the condition of a join restricts. */
import { findRelation } from '../table-catalog.js';
import type { ExpressionReader } from './expressions.js';
import type { Findings } from './findings.js';
import {
  namesOf,
  ownName,
  type FunctionCall,
  type JoinExpression,
  type Node,
  type RangeFunction,
  type RangeSubselect,
  type RangeVar,
  type SelectStatement,
} from './nodes.js';
import {
  nothing,
  renamed,
  tableRange,
  type ColumnOrigin,
  type Derived,
  type Output,
  type Scope,
  type TableUse,
} from './scope.js';
import { NotUnderstood } from './statement-reads.js';

interface Selects {
  read(statement: SelectStatement, outer?: Scope): Derived;
  decide(expression: unknown, scope: Scope): ExpressionReader;
  filter(condition: Node, scope: Scope, restrictable: readonly TableUse[]): void;
}

export class FromReader {
  constructor(
    private readonly findings: Findings,
    private readonly selects: Selects,
  ) {}

  /** Adds what the item makes visible, and returns the tables in it that a condition above it restricts. */
  read(item: Node, scope: Scope): readonly TableUse[] {
    const { RangeVar: table, RangeSubselect: subselect, RangeFunction: call, JoinExpr: join } = item;
    if (table !== undefined) return this.#readTable(table, scope);
    if (join !== undefined) return this.#readJoin(join, scope);
    if (subselect !== undefined) this.#readSubselect(subselect, scope);
    else if (call !== undefined) this.#readFunction(call, scope);
    else throw new NotUnderstood(`FROM holds a ${Object.keys(item).join()}`);
    return [];
  }

  #readTable({ catalogname, schemaname, relname, alias }: RangeVar, scope: Scope): readonly TableUse[] {
    const name = alias?.aliasname ?? relname;
    const common = schemaname === undefined ? scope.commonTables.get(relname) : undefined;
    if (common !== undefined) {
      scope.ranges.push({ name, ...renamed(common, namesOf(alias?.colnames)) });
      return [];
    }
    if (catalogname !== undefined || alias?.colnames !== undefined)
      throw new NotUnderstood(`table ${relname} has a database or other column names`);
    const found = findRelation(this.findings.catalog, schemaname, relname);
    if (found === undefined) throw new NotUnderstood(`table ${relname} is not known`);
    if (found.kind === 'untracked') throw new NotUnderstood(`table ${relname}: ${found.reason}`);
    const use = this.findings.use(found);
    scope.ranges.push(tableRange(name, use));
    return [use];
  }

  #readSubselect({ lateral, subquery, alias }: RangeSubselect, scope: Scope): void {
    if (subquery.SelectStmt === undefined) throw new NotUnderstood('a subselect is no SELECT');
    const derived = this.selects.read(subquery.SelectStmt, lateral === true ? scope : scope.outer());
    scope.ranges.push({ name: alias?.aliasname, ...renamed(derived, namesOf(alias?.colnames)) });
  }

  #readFunction({ functions, ordinality, alias, coldeflist }: RangeFunction, scope: Scope): void {
    this.selects.decide([functions], scope);
    const [first, ...others] = functions;
    const call = first?.List?.items?.[0]?.FuncCall;
    const isUnnest = call !== undefined && others.length === 0 && ownName(call.funcname) === 'unnest';
    const names = namesOf(alias?.colnames);
    const origins = isUnnest ? elementOrigins(call) : [];
    if (coldeflist === undefined && isUnnest && names.length >= origins.length) {
      const outputs = names.map((name, at): Output => ({ name, origin: origins[at] ?? nothing }));
      scope.ranges.push({ name: alias?.aliasname, outputs, isOpen: true });
      return;
    }
    // A function of scalars has one column, which is called like the function itself.
    const own = names.length === 0 && alias !== undefined ? [alias.aliasname] : names;
    const [only] = origins.length === 1 && ordinality !== true ? origins : [];
    const outputs = own.map((name): Output => ({ name, origin: only ?? nothing }));
    scope.ranges.push({ name: alias?.aliasname ?? functionName(call), outputs, isOpen: true });
  }

  #readJoin(join: JoinExpression, scope: Scope): readonly TableUse[] {
    if ((join.alias ?? join.join_using_alias) !== undefined) throw new NotUnderstood('a join has a name');
    const firstRange = scope.ranges.length;
    const { uses } = this.findings;
    const firstUse = uses.length;
    const left = this.read(join.larg, scope);
    const firstRightUse = uses.length;
    const right = this.read(join.rarg, scope);
    const leftUses = uses.slice(firstUse, firstRightUse);
    const rightUses = uses.slice(firstRightUse);
    const joined = scope.ranges.slice(firstRange);
    if (join.isNatural === true) {
      for (const { outputs } of joined) this.findings.decideBy(outputs.flatMap(({ origin }) => origin.uses));
    }
    for (const name of namesOf(join.usingClause)) {
      const same = joined.flatMap(({ outputs }) => outputs.filter((output) => output.name === name));
      this.findings.decideBy(same.flatMap(({ origin }) => origin.uses));
    }
    if (join.quals !== undefined)
      this.selects.filter(join.quals, scope, restrictedByJoin(join.jointype, left, right));
    const isFull = join.jointype === 'JOIN_FULL';
    if (isFull || join.jointype === 'JOIN_RIGHT') for (const use of leftUses) use.isNullable = true;
    if (isFull || join.jointype === 'JOIN_LEFT') for (const use of rightUses) use.isNullable = true;
    return [...left, ...right];
  }
}

/** Of a side that an outer join keeps, rows that fail its condition are in the answer all the same. */
function restrictedByJoin(type: string, left: readonly TableUse[], right: readonly TableUse[]) {
  switch (type) {
    case 'JOIN_INNER':
      return [...left, ...right];
    case 'JOIN_LEFT':
      return right;
    case 'JOIN_RIGHT':
      return left;
    default:
      return [];
  }
}

function elementOrigins({ args = [] }: FunctionCall): ColumnOrigin[] {
  return args.map((elementsOf) => ({ uses: [], elementsOf }));
}

function functionName(call: FunctionCall | undefined): string | undefined {
  return call === undefined ? undefined : namesOf(call.funcname).at(-1);
}
