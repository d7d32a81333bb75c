/** Walks Relay connections page by page, as an endless list on a phone does. */
export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface ConnectionAnswer<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
}

export interface PageArguments {
  readonly first?: number;
  readonly after?: string | null;
  readonly last?: number;
  readonly before?: string | null;
}

/** Selects everything that a connection answers about a page; the node's fields come in. */
export const connectionFields = (nodeFields: string) =>
  `edges { cursor node { ${nodeFields} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount`;

export type ReadPage<Node> = (page: PageArguments) => Promise<ConnectionAnswer<Node>>;

/** @param betweenPages runs after each page, e.g. to change the list under the walker's feet. */
export async function walkForward<Node>(
  read: ReadPage<Node>,
  pageSize: number,
  betweenPages: (pagesRead: number) => Promise<void> = async () => undefined,
): Promise<Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (let pagesRead = 1; ; pagesRead += 1) {
    const { edges, pageInfo }: ConnectionAnswer<Node> = await read({ first: pageSize, after });
    nodes.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return nodes;
    after = pageInfo.endCursor;
    await betweenPages(pagesRead);
  }
}

/** The nodes in the list's own order, although they were read from its end. */
export async function walkBackward<Node>(read: ReadPage<Node>, pageSize: number): Promise<Node[]> {
  const pages: Node[][] = [];
  let before: string | null = null;
  for (;;) {
    const { edges, pageInfo }: ConnectionAnswer<Node> = await read({ last: pageSize, before });
    pages.unshift(edges.map(({ node }) => node));
    if (!pageInfo.hasPreviousPage) return pages.flat();
    before = pageInfo.startCursor;
  }
}
