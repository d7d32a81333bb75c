/** Reads an expression: which columns its value depends on, and whether it computes over several rows. */
import type { Findings } from './findings.js';
import {
  namesOf,
  ownName,
  type FunctionCall,
  type Node,
  type OperatorCall,
  type SelectStatement,
  type SubLink,
  type TypeName,
} from './nodes.js';
import { nothing, type ColumnOrigin, type ColumnUse, type Scope } from './scope.js';
import { NotUnderstood } from './statement-reads.js';

/** Reads a subselect of which all columns matter, or only whether it has rows. */
export type SubselectReader = (
  statement: SelectStatement,
  outer: Scope,
  matters: 'rows' | 'existence',
) => void;

/** Kinds of nodes whose value depends on what is inside them, and on nothing else. */
const transparent = new Set([
  'A_ArrayExpr',
  'A_Indices',
  'A_Indirection',
  'BoolExpr',
  'BooleanTest',
  'CaseExpr',
  'CaseWhen',
  'CoalesceExpr',
  'CollateClause',
  'GroupingFunc',
  'GroupingSet',
  'List',
  'MinMaxExpr',
  'NamedArgExpr',
  'NullTest',
  'RowExpr',
  'SortBy',
  'WindowDef',
]);
const valueless = new Set(['ParamRef', 'String', 'Integer', 'Float', 'Boolean', 'BitString']);

const clockValues = new Set([
  'SVFOP_CURRENT_DATE',
  'SVFOP_CURRENT_TIME',
  'SVFOP_CURRENT_TIME_N',
  'SVFOP_CURRENT_TIMESTAMP',
  'SVFOP_CURRENT_TIMESTAMP_N',
  'SVFOP_LOCALTIME',
  'SVFOP_LOCALTIME_N',
  'SVFOP_LOCALTIMESTAMP',
  'SVFOP_LOCALTIMESTAMP_N',
]);

/** Input that dates and times take for the moment of reading: https://www.postgresql.org/docs/18/datatype-datetime.html */
const clockWord = /\b(?:now|today|tomorrow|yesterday)\b/i;
/** Besides such a word there can only be a time and its zone, e.g. `America/Argentina/Buenos_Aires`. */
const mostWords = 5;

/** True of some values that are read as plain text as well; their answers count as changing then. */
export function readsClock(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(readsClock);
  if (typeof value !== 'string' || !clockWord.test(value)) return false;
  return (value.match(/[a-z]+/gi) ?? []).length <= mostWords;
}

export function fieldsOf(fields: readonly Node[]): string[] {
  if (fields.some((field) => field.String === undefined)) throw new NotUnderstood('a name ends in * here');
  return namesOf(fields);
}

export class ExpressionReader {
  readonly uses: ColumnUse[] = [];
  /** It is computed of more rows than one, or makes more rows than one. */
  isOfManyRows = false;

  constructor(
    private readonly findings: Findings,
    private readonly scope: Scope,
    private readonly readSubselect: SubselectReader,
  ) {}

  read(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) this.read(item);
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      // Kinds of nodes are spelt with a capital, fields of a node are not.
      if (/^[A-Z]/.test(key)) this.#readNode(key, value as Node);
      else this.read(child);
    }
  }

  #readNode(kind: string, node: Node): void {
    const { ColumnRef, A_Const, A_Expr, FuncCall, TypeCast, SubLink: subLink } = node;
    if (transparent.has(kind)) this.#readInside(kind, node);
    else if (ColumnRef !== undefined) this.uses.push(...this.scope.resolve(fieldsOf(ColumnRef.fields)).uses);
    else if (A_Const !== undefined) this.findings.isTimeDependent ||= readsClock(A_Const.sval?.sval);
    else if (A_Expr !== undefined) this.#readOperator(A_Expr);
    else if (FuncCall !== undefined) this.#readCall(FuncCall);
    else if (subLink !== undefined) this.#readSubLink(subLink);
    else if (kind === 'SQLValueFunction') this.#readClock(node[kind] as { op?: string });
    else if (TypeCast !== undefined) {
      this.#checkType(TypeCast.typeName);
      this.read(TypeCast.arg);
    } else if (!valueless.has(kind)) throw new NotUnderstood(`nodes of kind ${kind} are not known`);
  }

  #readInside(kind: string, node: Node): void {
    const inside = node[kind];
    const indirection = (inside as { indirection?: readonly Node[] }).indirection ?? [];
    // May call a function of that name.
    if (indirection.some((step) => step.String !== undefined))
      throw new NotUnderstood('a field of a composite value is read');
    const { useOp } = inside as { useOp?: readonly Node[] };
    if (useOp !== undefined) this.#checkOperator(useOp);
    if (kind === 'CollateClause') this.read((inside as { arg: Node }).arg);
    else this.read(inside);
  }

  #readOperator(call: OperatorCall): void {
    this.#checkOperator(call.name);
    this.read([call.lexpr, call.rexpr]);
  }

  #checkOperator(names: readonly Node[]): void {
    const [name = ''] = namesOf(names).slice(-1);
    if (this.findings.catalog.operators.get(name) === false)
      throw new NotUnderstood(`operator ${name} may read anything`);
  }

  #readCall(call: FunctionCall): void {
    const [name = ''] = namesOf(call.funcname).slice(-1);
    const facts = this.findings.catalog.functions.get(name);
    if (facts?.reads === undefined) throw new NotUnderstood(`function ${name} may read anything`);
    this.findings.functionReads(facts.reads);
    this.findings.isTimeDependent ||= facts.isTimeDependent;
    this.isOfManyRows ||= facts.isAggregate || facts.returnsSet || call.over !== undefined;
    const { funcname: _, ...inside } = call;
    this.read(inside);
  }

  #readSubLink({ subLinkType, testexpr, operName, subselect }: SubLink): void {
    if (operName !== undefined) this.#checkOperator(operName);
    this.read(testexpr);
    const { SelectStmt } = subselect;
    if (SelectStmt === undefined) throw new NotUnderstood('a subselect is no SELECT');
    this.readSubselect(SelectStmt, this.scope, subLinkType === 'EXISTS_SUBLINK' ? 'existence' : 'rows');
  }

  #readClock({ op }: { op?: string }): void {
    if (op === undefined || !clockValues.has(op)) throw new NotUnderstood('the session is asked about');
    this.findings.isTimeDependent = true;
  }

  #checkType({ names }: TypeName): void {
    const name = ownName(names);
    if (name === undefined || !this.findings.catalog.types.has(name))
      throw new NotUnderstood(`a cast to ${namesOf(names).join('.')} may read anything`);
  }
}

/** A key that is shown as text still tells the row. */
export function originOf(node: Node, scope: Scope, uses: readonly ColumnUse[]): ColumnOrigin {
  const { ColumnRef, TypeCast } = node;
  if (ColumnRef !== undefined) return scope.resolve(fieldsOf(ColumnRef.fields));
  if (TypeCast?.arg.ColumnRef !== undefined) {
    const origin = scope.resolve(fieldsOf(TypeCast.arg.ColumnRef.fields));
    const { names, typmods, arrayBounds } = TypeCast.typeName;
    const isText = ownName(names) === 'text' && typmods === undefined && arrayBounds === undefined;
    if (isText && origin.same !== undefined) return { uses: origin.uses, textOf: origin.same };
  }
  return uses.length === 0 ? nothing : { uses };
}
