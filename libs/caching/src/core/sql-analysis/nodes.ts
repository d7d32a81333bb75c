/** The nodes of PostgreSQL's parse tree, as libpg_query prints it in JSON, that the analysis looks into. */

/** An object with one key, the kind of the node. Absent numbers, booleans and lists are zero, false and empty. */
export interface Node {
  readonly ColumnRef?: { readonly fields: readonly Node[] };
  readonly ParamRef?: ParamRef;
  readonly A_Const?: Constant;
  readonly A_Expr?: OperatorCall;
  readonly BoolExpr?: { readonly boolop: string; readonly args: readonly Node[] };
  readonly FuncCall?: FunctionCall;
  readonly TypeCast?: TypeCast;
  readonly SubLink?: SubLink;
  readonly A_ArrayExpr?: { readonly elements?: readonly Node[] };
  readonly List?: { readonly items?: readonly Node[] };
  readonly String?: { readonly sval?: string };
  readonly Integer?: { readonly ival?: number };
  readonly A_Star?: object;
  readonly ResTarget?: { readonly name?: string; readonly val: Node };
  readonly SortBy?: SortBy;
  readonly RowExpr?: { readonly args?: readonly Node[] };
  readonly NullTest?: { readonly arg: Node; readonly nulltesttype: string };
  readonly SelectStmt?: SelectStatement;
  readonly CommonTableExpr?: CommonTable;
  readonly RangeVar?: RangeVar;
  readonly RangeSubselect?: RangeSubselect;
  readonly RangeFunction?: RangeFunction;
  readonly JoinExpr?: JoinExpression;
  readonly [kind: string]: unknown;
}

export interface ParamRef {
  readonly number?: number;
}

export interface Constant {
  readonly ival?: { readonly ival?: number };
  readonly fval?: { readonly fval?: string };
  readonly sval?: { readonly sval?: string };
  readonly boolval?: { readonly boolval?: boolean };
  readonly isnull?: boolean;
}

export interface OperatorCall {
  readonly kind: string;
  readonly name: readonly Node[];
  readonly lexpr?: Node;
  readonly rexpr?: Node;
}

export interface FunctionCall {
  readonly funcname: readonly Node[];
  readonly args?: readonly Node[];
  readonly over?: object;
}

export interface SortBy {
  readonly node: Node;
  readonly sortby_dir: string;
  readonly sortby_nulls: string;
}

export interface TypeCast {
  readonly arg: Node;
  readonly typeName: TypeName;
}

export interface TypeName {
  readonly names: readonly Node[];
  readonly typmods?: readonly Node[];
  readonly arrayBounds?: readonly Node[];
}

export interface SubLink {
  readonly subLinkType: string;
  readonly testexpr?: Node;
  readonly operName?: readonly Node[];
  readonly subselect: Node;
}

export interface SelectStatement {
  readonly op: string;
  readonly larg?: SelectStatement;
  readonly rarg?: SelectStatement;
  readonly withClause?: { readonly ctes: readonly Node[]; readonly recursive?: boolean };
  readonly targetList?: readonly Node[];
  readonly fromClause?: readonly Node[];
  readonly whereClause?: Node;
  readonly groupClause?: readonly Node[];
  readonly havingClause?: Node;
  readonly windowClause?: readonly Node[];
  readonly distinctClause?: readonly Node[];
  readonly sortClause?: readonly Node[];
  readonly limitCount?: Node;
  readonly limitOffset?: Node;
  readonly valuesLists?: readonly Node[];
  readonly lockingClause?: readonly Node[];
  readonly intoClause?: object;
}

export interface CommonTable {
  readonly ctename: string;
  readonly aliascolnames?: readonly Node[];
  readonly ctequery: Node;
  readonly search_clause?: object;
  readonly cycle_clause?: object;
}

export interface Alias {
  readonly aliasname: string;
  readonly colnames?: readonly Node[];
}

export interface RangeVar {
  readonly catalogname?: string;
  readonly schemaname?: string;
  readonly relname: string;
  readonly alias?: Alias;
}

export interface RangeSubselect {
  readonly lateral?: boolean;
  readonly subquery: Node;
  readonly alias?: Alias;
}

export interface RangeFunction {
  readonly ordinality?: boolean;
  readonly functions: readonly Node[];
  readonly alias?: Alias;
  readonly coldeflist?: readonly Node[];
}

export interface JoinExpression {
  readonly jointype: string;
  readonly isNatural?: boolean;
  readonly larg: Node;
  readonly rarg: Node;
  readonly usingClause?: readonly Node[];
  readonly join_using_alias?: Alias;
  readonly quals?: Node;
  readonly alias?: Alias;
}

export function namesOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => node.String?.sval ?? '');
}

/** The name without a leading `pg_catalog`; undefined when another schema is named. */
export function ownName(nodes: readonly Node[]): string | undefined {
  const names = namesOf(nodes);
  if (names.length === 1) return names[0];
  return names.length === 2 && names[0] === 'pg_catalog' ? names[1] : undefined;
}
