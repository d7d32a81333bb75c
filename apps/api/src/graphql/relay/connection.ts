/** Connection types after the Relay specification, whose parts are worked out only when they are selected. */
import type { Type } from '@nestjs/common';
import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  constructor(private readonly page: Page<unknown>) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
  }

  @Field(() => Boolean, { description: 'Whether edges follow behind the last one of this page.' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Whether edges stand before the first one of this page.' })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  get startCursor(): string | null {
    return this.page.rows[0]?.cursor() ?? null;
  }

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge; null on an empty page.' })
  get endCursor(): string | null {
    return this.page.rows.at(-1)?.cursor() ?? null;
  }
}

export interface PageRow<Row> {
  readonly row: Row;
  readonly cursor: () => string;
}

export interface Page<Row> {
  readonly rows: readonly PageRow<Row>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Counted only when it is selected. */
  readonly totalCount: () => Promise<number>;
}

export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
  readonly totalCount: Promise<number>;
}

class Edge<Node> {
  constructor(
    readonly node: Node,
    private readonly cursorOfRow: () => string,
  ) {}

  get cursor(): string {
    return this.cursorOfRow();
  }
}

export function toConnection<Row, Node>(page: Page<Row>, toNode: (row: Row) => Node): Connection<Node> {
  const edges = page.rows.map(({ row, cursor }) => new Edge(toNode(row), cursor));
  return {
    edges,
    pageInfo: new PageInfo(page),
    get totalCount() {
      return page.totalCount();
    },
    get nodes() {
      return edges.map((edge) => edge.node);
    },
  };
}

/** Declares `<Name>Connection` and `<Name>Edge` for a node type. */
export function connectionTypeOf<Node>(nodeType: Type<Node>, name: string): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `A ${name} at its place in a list.` })
  class NodeEdge {
    @Field(() => nodeType, { description: 'The object itself.' })
    readonly node: Node;

    @Field(() => String, { description: 'Opaque; valid for the same sort only.' })
    readonly cursor: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}s.` })
  class NodeConnection {
    @Field(() => [NodeEdge], { description: 'The page, each object with its cursor.' })
    readonly edges: NodeEdge[];

    @Field(() => [nodeType], { description: 'The nodes alone, for clients that need no cursor for each.' })
    readonly nodes: Node[];

    @Field(() => PageInfo, { description: 'Where the page stands in the whole list.' })
    readonly pageInfo: PageInfo;

    @Field(() => Int, { description: 'How many there are in the whole list, counted exactly.' })
    readonly totalCount: Promise<number>;
  }
  return NodeConnection;
}
