/** Reads a SELECT with all that is inside it, and notes on each table which of its rows and columns the answer depends on. */
import { restrict } from './conditions.js';
import { ExpressionReader, fieldsOf, originOf } from './expressions.js';
import type { Findings } from './findings.js';
import { FromReader } from './from.js';
import { namesOf, type Node, type SelectStatement } from './nodes.js';
import {
  columnsNamed,
  nothing,
  renamed,
  Scope,
  wholeRow,
  type CommonTables,
  type Derived,
  type Output,
  type Range,
  type TableUse,
} from './scope.js';
import { conjunctsOf, residualsOf } from './residuals.js';
import { cutOf } from './windows.js';
import { NotUnderstood, WritesRows } from './statement-reads.js';

const noCommonTables: CommonTables = new Map();

export class SelectReader {
  constructor(private readonly findings: Findings) {}

  /**
   * Whatever the statement does besides showing columns is noted as deciding; what it shows is told in its outputs, since only
   * who reads from it knows whether they are shown in the end.
   */
  read(statement: SelectStatement, outer?: Scope): Derived {
    if (statement.lockingClause !== undefined || statement.intoClause !== undefined) throw new WritesRows();
    const scope = new Scope(outer, this.#commonTables(statement, outer));
    if (statement.op !== 'SETOP_NONE') return this.#readSetOperation(statement, scope);
    if (statement.valuesLists !== undefined) return this.#readValues(statement, scope);
    const from = new FromReader(this.findings, this);
    const firstUse = this.findings.uses.length;
    const tables = (statement.fromClause ?? []).flatMap((item) => from.read(item, scope));
    const inFrom = this.findings.uses.slice(firstUse);
    if (statement.whereClause !== undefined) this.filter(statement.whereClause, scope, tables);
    const targets = this.#readTargets(statement, scope);
    this.#readModifiers(statement, scope, targets.outputs);
    const isGrouped =
      (statement.groupClause ?? statement.havingClause ?? statement.distinctClause) !== undefined;
    const cut = cutOf(statement, targets.outputs, scope);
    if (cut !== undefined) for (const use of inFrom) use.cuts.push(cut.keys);
    if (isGrouped || targets.isOfManyRows) return this.#asDeciding(targets);
    return { ...targets, ...(cut === undefined ? {} : { cut }) };
  }

  /**
   * Reads a condition that rows must fulfil. What it compares with values that are known when the statement runs is tested on
   * the rows that change; only the rest decides by its columns.
   */
  filter(condition: Node, scope: Scope, restrictable: readonly TableUse[]): void {
    for (const conjunct of conjunctsOf(condition)) {
      const reader = this.#expression(scope);
      reader.read(conjunct);
      const residuals = residualsOf(conjunct, scope, restrictable, this.findings);
      if (residuals === undefined) this.findings.decideBy(reader.uses);
      else for (const { of, residual } of residuals) of.residuals.push(residual);
    }
    restrict(condition, scope, restrictable, this.findings);
  }

  /** Notes that the rows of the answer depend on this expression. */
  decide(expression: unknown, scope: Scope): ExpressionReader {
    const reader = this.#expression(scope);
    reader.read(expression);
    this.findings.decideBy(reader.uses);
    return reader;
  }

  #expression(scope: Scope): ExpressionReader {
    return new ExpressionReader(this.findings, scope, (statement, outer, matters) => {
      const inner = this.read(statement, outer);
      if (matters === 'rows') this.#asDeciding(inner);
    });
  }

  /** Outputs of which nobody can say any more which row they show. */
  #asDeciding({ outputs, isOpen }: Derived): Derived {
    this.findings.decideBy(outputs.flatMap(({ origin }) => origin.uses));
    return { outputs: outputs.map(({ name }) => ({ name, origin: nothing })), isOpen };
  }

  #readSetOperation({ larg, rarg, ...whole }: SelectStatement, scope: Scope): Derived {
    if (larg === undefined || rarg === undefined) throw new NotUnderstood('a set operation lacks a side');
    const left = this.#asDeciding(this.read(larg, scope));
    this.#asDeciding(this.read(rarg, scope));
    // It can be sorted by its own columns only, and they are all deciding by now.
    this.decide([whole.limitCount, whole.limitOffset], scope);
    return left;
  }

  #readValues({ valuesLists = [], ...whole }: SelectStatement, scope: Scope): Derived {
    if (whole.sortClause !== undefined) throw new NotUnderstood('VALUES are sorted');
    this.decide([valuesLists, whole.limitCount, whole.limitOffset], scope);
    const [first] = valuesLists;
    const outputs = (first?.List?.items ?? []).map((_, at) => ({ name: `column${at + 1}`, origin: nothing }));
    return { outputs, isOpen: false };
  }

  /** Each is read once, for whoever reads from it, so that all of its columns count. */
  #commonTables({ withClause }: SelectStatement, outer: Scope | undefined): CommonTables {
    const inherited = outer?.commonTables ?? noCommonTables;
    if (withClause === undefined) return inherited;
    const tables = new Map(inherited);
    const ctes = withClause.ctes
      .map(({ CommonTableExpr }) => CommonTableExpr)
      .filter((cte) => cte !== undefined);
    if (withClause.recursive === true) {
      for (const { ctename, aliascolnames } of ctes)
        tables.set(ctename, { outputs: columnsNamed(namesOf(aliascolnames)), isOpen: true });
    }
    for (const { ctename, aliascolnames, ctequery, search_clause, cycle_clause } of ctes) {
      if ((search_clause ?? cycle_clause) !== undefined) throw new NotUnderstood('a CTE has SEARCH or CYCLE');
      if (ctequery.SelectStmt === undefined) throw new WritesRows();
      const visible = new Scope(outer, new Map(tables));
      const derived = this.#asDeciding(this.read(ctequery.SelectStmt, visible));
      tables.set(ctename, renamed(derived, namesOf(aliascolnames)));
    }
    return tables;
  }

  #readTargets(statement: SelectStatement, scope: Scope): Derived & { readonly isOfManyRows: boolean } {
    const outputs: Output[] = [];
    const further: Output[] = [];
    let isOpen = false;
    let isOfManyRows = false;
    for (const { ResTarget: target } of statement.targetList ?? []) {
      if (target === undefined) throw new NotUnderstood('the select list holds something else than targets');
      const stars = starRanges(target.val, scope);
      if (stars === undefined) {
        const reader = this.#expression(scope);
        reader.read(target.val);
        isOfManyRows ||= reader.isOfManyRows;
        outputs.push({
          name: target.name ?? nameOf(target.val),
          origin: originOf(target.val, scope, reader.uses),
        });
        continue;
      }
      isOpen ||= stars.some((range) => range.isOpen);
      outputs.push(...stars.flatMap((range) => range.outputs));
      further.push(...stars.flatMap(furtherOutput));
    }
    // A name that is not known may be any, and hide a column further out.
    isOpen ||= outputs.some(({ name }) => name === undefined);
    return { outputs: [...outputs, ...further], isOpen, isOfManyRows };
  }

  #readModifiers(statement: SelectStatement, scope: Scope, outputs: readonly Output[]): void {
    const { groupClause = [], distinctClause = [], sortClause = [] } = statement;
    const keys = [...groupClause, ...distinctClause, ...sortClause.map(({ SortBy }) => SortBy?.node ?? {})];
    for (const key of keys) {
      if (!this.#decideByOutput(key, outputs, scope)) this.decide(key, scope);
    }
    const sorts = sortClause.map(({ SortBy, ...other }) =>
      SortBy === undefined ? other : { SortBy: { ...SortBy, node: {} } },
    );
    this.decide(sorts, scope);
    const { havingClause, windowClause, limitCount, limitOffset } = statement;
    this.decide([havingClause, windowClause, limitCount, limitOffset], scope);
  }

  /** `ORDER BY 1` and `ORDER BY name` may mean an output; a name may mean a column too, then both count. */
  #decideByOutput(key: Node, outputs: readonly Output[], scope: Scope): boolean {
    if (key.A_Const?.ival !== undefined) {
      // Its place is not known behind a `*`.
      this.#asDeciding({ outputs, isOpen: false });
      return true;
    }
    const fields = key.ColumnRef?.fields;
    const [name] = fields?.length === 1 ? fieldsOf(fields) : [];
    const found = outputs.filter((output) => name !== undefined && output.name === name);
    if (found.length === 0) return false;
    this.#asDeciding({ outputs: found, isOpen: false });
    try {
      if (name !== undefined) this.findings.decideBy(scope.resolve([name]).uses);
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
    }
    return true;
  }
}

/** The tables that `*` or `t.*` stands for; undefined for another expression. */
function starRanges(value: Node, scope: Scope) {
  const fields = value.ColumnRef?.fields;
  if (fields?.at(-1)?.A_Star === undefined) return undefined;
  const [name, ...others] = fieldsOf(fields.slice(0, -1));
  if (name === undefined) return scope.ranges;
  const range = others.length === 0 ? scope.range(name) : undefined;
  if (range === undefined) throw new NotUnderstood(`${name}.* is of no table that is known here`);
  return [range];
}

/** The columns that `*` shows without our knowing: of an open range, or added to a table after the catalog was loaded. */
function furtherOutput(range: Range): Output[] {
  if (range.isOpen) return [{ name: undefined, origin: wholeRow(range) }];
  return range.table === undefined ? [] : [{ name: '*', origin: wholeRow(range) }];
}

/** The name that PostgreSQL gives to a target; undefined where its rule looks deeper than this. */
function nameOf({ ColumnRef, FuncCall, TypeCast, A_Expr, ...other }: Node): string | undefined {
  if (ColumnRef !== undefined) return namesOf(ColumnRef.fields).at(-1);
  if (FuncCall !== undefined) return namesOf(FuncCall.funcname).at(-1);
  if (TypeCast?.arg.ColumnRef !== undefined) return nameOf(TypeCast.arg);
  if (A_Expr !== undefined) return A_Expr.kind === 'AEXPR_NULLIF' ? 'nullif' : '?column?';
  const [kind = ''] = Object.keys(other);
  return ['A_Const', 'ParamRef', 'BoolExpr', 'NullTest'].includes(kind) ? '?column?' : undefined;
}
