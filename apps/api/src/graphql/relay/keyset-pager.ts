/** Reads keyset pages as entities: one list, or a page for each of many parents in one statement. */
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import type { Page } from './connection.js';
import { CursorCodec } from './cursor.js';
import { countStatement, keysetStatement, type KeysetBounds, type KeysetQuery } from './keyset.js';
import type { PageRequest } from './page-args.js';

type RawRow = Readonly<Record<string, unknown>>;

export interface EntityList<Row extends ObjectLiteral> extends Omit<KeysetQuery, 'parent'> {
  readonly entity: EntityTarget<Row>;
}

export interface ChildList<Row extends ObjectLiteral> extends EntityList<Row> {
  readonly parentColumn: string;
}

@Injectable()
export class KeysetPager {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cursors: CursorCodec,
  ) {}

  async page<Row extends ObjectLiteral>(list: EntityList<Row>, request: PageRequest): Promise<Page<Row>> {
    const rows = await this.#read(list, request);
    return this.#toPage(list, request, rows, async () => {
      const { sql, values } = countStatement(list);
      const [counted] = await this.dataSource.query<{ count: number }[]>(sql, values);
      return counted?.count ?? 0;
    });
  }

  /** Whether the page's cursors, if it has any, are those of this list. */
  isOwnPage({ order }: Pick<KeysetQuery, 'order'>, { after, before }: PageRequest): boolean {
    return [after, before].every((cursor) => cursor === undefined || this.cursors.isOf(order.name, cursor));
  }

  /** @param countOf is asked for a parent's total only when the total was selected. */
  async pagesOf<Row extends ObjectLiteral>(
    list: ChildList<Row>,
    parentKeys: readonly string[],
    request: PageRequest,
    countOf: (parentKey: string) => Promise<number>,
  ): Promise<Map<string, Page<Row>>> {
    const raw = await this.#read(
      { ...list, parent: { column: list.parentColumn, keys: parentKeys } },
      request,
    );
    const byParent = new Map<string, RawRow[]>(parentKeys.map((key) => [key, []]));
    for (const row of raw) byParent.get(row['parent_key'] as string)?.push(row);
    return new Map(
      [...byParent].map(([key, rows]) => [key, this.#toPage(list, request, rows, () => countOf(key))]),
    );
  }

  async countsOf<Row extends ObjectLiteral>(
    list: ChildList<Row>,
    parentKeys: readonly string[],
  ): Promise<Map<string, number>> {
    const { sql, values } = countStatement({
      ...list,
      parent: { column: list.parentColumn, keys: parentKeys },
    });
    const counts = await this.dataSource.query<{ parent_key: string; count: number }[]>(sql, values);
    return new Map(counts.map(({ parent_key, count }) => [parent_key, count]));
  }

  async #read(query: KeysetQuery, request: PageRequest): Promise<RawRow[]> {
    const decode = (cursor: string | undefined) =>
      cursor === undefined ? undefined : this.cursors.decode(query.order.name, cursor);
    const bounds: KeysetBounds = { after: decode(request.after), before: decode(request.before) };
    const { sql, values } = keysetStatement(query, request, bounds);
    return this.dataSource.query<RawRow[]>(sql, values);
  }

  #toPage<Row extends ObjectLiteral>(
    list: EntityList<Row>,
    request: PageRequest,
    raw: readonly RawRow[],
    totalCount: () => Promise<number>,
  ): Page<Row> {
    const hasMore = raw.length > request.limit;
    const shown = raw.slice(0, request.limit);
    if (request.backward) shown.reverse();
    return {
      rows: shown.map((row) => ({
        row: this.#hydrate(list.entity, row),
        cursor: () =>
          this.cursors.encode(
            list.order.name,
            list.order.columns.map((_, at) => String(row[`key_${at}`])),
          ),
      })),
      // The row that a cursor points at stands on its far side, so a bound means that there is more beyond it.
      hasNextPage: request.backward ? request.before !== undefined : hasMore,
      hasPreviousPage: request.backward ? hasMore : request.after !== undefined,
      totalCount,
    };
  }

  #hydrate<Row extends ObjectLiteral>(entity: EntityTarget<Row>, raw: RawRow): Row {
    const { columns, create } = this.#metadata(entity);
    const row = create();
    for (const column of columns) {
      if (!(column.databaseName in raw)) continue;
      column.setEntityValue(
        row,
        this.dataSource.driver.prepareHydratedValue(raw[column.databaseName], column),
      );
    }
    return row;
  }

  #metadata<Row extends ObjectLiteral>(entity: EntityTarget<Row>) {
    const metadata = this.dataSource.getMetadata(entity);
    return { columns: metadata.columns, create: () => metadata.create() as Row };
  }
}
