/** Loads categories from the top of the tree down, whatever their order in the file. */
import type { EntityManager } from 'typeorm';
import { selectRows } from './bulk.js';
import { FirstRows } from './first-rows.js';
import type { FileTally } from './report.js';
import type { RowSource } from './row-source.js';
import { type GoodRow, goodRows, type ShopLoad } from './shop-load.js';
import { slugOf } from './slug.js';
import { upsertRows } from './upsert.js';

type CategoryRow = GoodRow<'categories'>;

interface PlacedCategory extends CategoryRow {
  readonly slug: string;
  /** The parent's id in the database. */
  readonly parentId: string | undefined;
}

/** A tree of categories is small, so that all of it is kept in memory. */
export async function loadCategories(load: ShopLoad, source: RowSource, tally: FileTally): Promise<void> {
  await load.dataSource.transaction(async (manager) => {
    const rows = await rowsById(load, source, tally);
    const loaded = new CategoryTree(manager, source, tally);
    await loaded.addAll(rows);
    for (const [id, databaseId] of loaded.databaseIds) load.references.categoryIds.set(id, databaseId);
  });
}

async function rowsById(
  load: ShopLoad,
  source: RowSource,
  tally: FileTally,
): Promise<Map<string, CategoryRow>> {
  const rows = new Map<string, CategoryRow>();
  for await (const row of goodRows(load, 'categories', source, tally)) {
    const { id } = row.fields;
    const earlier = rows.get(id);
    if (earlier === undefined) rows.set(id, row);
    else {
      const reason = `is the category of row ${earlier.row}`;
      tally.reject(row.row, { column: source.label('id'), value: id, reason });
    }
  }
  return rows;
}

class CategoryTree {
  /** The database's ids by those of the file. */
  readonly databaseIds = new Map<string, string>();
  readonly #slugs = new Map<string, string>();
  readonly #rowsBySlug = new FirstRows();

  constructor(
    private readonly manager: EntityManager,
    private readonly source: RowSource,
    private readonly tally: FileTally,
  ) {}

  async addAll(rows: ReadonlyMap<string, CategoryRow>): Promise<void> {
    const ambiguous = repeatedNames(rows.values());
    const strangers = await this.#idsBySlug(
      [...rows.values()].flatMap(({ fields }) => fields.parent_id ?? []),
    );
    let waiting = [...rows.values()];
    while (waiting.length > 0) {
      const ready = waiting.filter((row) => this.#isReady(row, rows, strangers));
      if (ready.length === 0) break;
      const placed = ready.flatMap((row) => this.#place(row, ambiguous, strangers) ?? []);
      await this.#write(placed);
      const done = new Set(ready);
      waiting = waiting.filter((row) => !done.has(row));
    }
    for (const row of waiting) this.#rejectLost(row, rows);
  }

  #isReady(
    { fields }: CategoryRow,
    rows: ReadonlyMap<string, CategoryRow>,
    strangers: ReadonlyMap<string, string>,
  ): boolean {
    const parent = fields.parent_id;
    return (
      parent === undefined || this.databaseIds.has(parent) || (!rows.has(parent) && strangers.has(parent))
    );
  }

  /** Undefined when two categories of the file would have the same address. */
  #place(
    row: CategoryRow,
    ambiguous: ReadonlySet<string>,
    strangers: ReadonlyMap<string, string>,
  ): PlacedCategory | undefined {
    const { id, name, slug: given, parent_id: parent } = row.fields;
    const own = slugOf(name) || `category-${slugOf(id) || id}`;
    const parentSlug = parent === undefined ? undefined : (this.#slugs.get(parent) ?? parent);
    const slug = given ?? (ambiguous.has(own) && parentSlug !== undefined ? `${parentSlug}-${own}` : own);
    const earlier = this.#rowsBySlug.claim(slug, row.row);
    if (earlier !== undefined) {
      const column = this.source.label(given === undefined ? 'name' : 'slug');
      this.tally.reject(row.row, {
        column,
        value: given ?? name,
        reason: `gives the slug ${slug}, which row ${earlier} has`,
      });
      return undefined;
    }
    this.#slugs.set(id, slug);
    const parentId =
      parent === undefined ? undefined : (this.databaseIds.get(parent) ?? strangers.get(parent));
    return { ...row, slug, parentId };
  }

  async #write(placed: readonly PlacedCategory[]): Promise<void> {
    const optional = (['parent_id', 'position'] as const).filter((column) =>
      this.source.columns.includes(column),
    );
    await upsertRows(
      this.manager,
      {
        table: 'categories',
        key: ['slug'],
        columns: {
          slug: ['text', (row: PlacedCategory) => row.slug],
          name: ['text', (row) => row.fields.name],
          parent_id: ['bigint', (row) => row.parentId],
          position: ['integer', (row) => row.fields.position ?? 0],
        },
        update: ['name', ...optional],
      },
      placed,
      this.tally,
    );
    const ids = await this.#idsBySlug(placed.map((row) => row.slug));
    for (const row of placed) {
      const id = ids.get(row.slug);
      if (id !== undefined) this.databaseIds.set(row.fields.id, id);
    }
  }

  async #idsBySlug(slugs: readonly string[]): Promise<Map<string, string>> {
    const rows = await selectRows<{ id: string; slug: string }>(
      this.manager,
      'SELECT id, slug FROM categories WHERE slug = ANY($1)',
      [slugs],
    );
    return new Map(rows.map((row) => [row.slug, row.id]));
  }

  #rejectLost({ row, fields }: CategoryRow, rows: ReadonlyMap<string, CategoryRow>): void {
    const parent = fields.parent_id ?? '';
    const reason = rows.has(parent)
      ? 'is a category that cannot be imported itself, or the parents form a circle'
      : 'is no category of this file, and no slug of the database';
    this.tally.reject(row, { column: this.source.label('parent_id'), value: parent, reason });
  }
}

/** Slugs that more than one category's name would give. */
function repeatedNames(rows: Iterable<CategoryRow>): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { fields } of rows) {
    if (fields.slug !== undefined) continue;
    const slug = slugOf(fields.name);
    if (seen.has(slug)) repeated.add(slug);
    seen.add(slug);
  }
  return repeated;
}
