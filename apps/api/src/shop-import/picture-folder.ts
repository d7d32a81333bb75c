/** The pictures of a shop's folder: finds the file that a row names, and what no row names. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { RowSource, SourceRow } from './row-source.js';

/** Bytes of a picture file at most: a product photo straight from a camera, not a scan of a poster. */
const maxPictureBytes = 25_000_000;
const extensions = new Set(['.avif', '.gif', '.jpeg', '.jpg', '.png', '.svg', '.tif', '.tiff', '.webp']);
const folderName = 'images';

export type FoundPicture = { readonly path: string } | { readonly reason: string };

export class PictureFolder {
  readonly #used = new Set<string>();

  private constructor(
    private readonly directory: string,
    /** Names of the files in `images/`, sorted. */
    readonly names: readonly string[],
  ) {}

  static async open(directory: string): Promise<PictureFolder> {
    const entries = await readdir(join(directory, folderName)).catch(() => []);
    const names = entries.filter((name) => extensions.has(extname(name).toLowerCase())).toSorted();
    return new PictureFolder(await realpath(directory), names);
  }

  /** @param file is relative to the shop's folder or to its `images/`. */
  async find(file: string): Promise<FoundPicture> {
    for (const candidate of [join(this.directory, file), join(this.directory, folderName, file)]) {
      const path = await realpath(candidate).catch(() => undefined);
      if (path === undefined) continue;
      if (relative(this.directory, path).startsWith('..')) return { reason: 'is outside of the folder' };
      const { size, isFile } = await stat(path).then((found) => ({
        size: found.size,
        isFile: found.isFile(),
      }));
      if (!isFile) continue;
      if (size > maxPictureBytes) return { reason: `is larger than ${maxPictureBytes} bytes` };
      this.#used.add(path);
      return { path };
    }
    return { reason: 'is no file of the folder' };
  }

  /** How many pictures of `images/` no product shows. */
  unusedCount(): number {
    const prefix = join(this.directory, folderName) + sep;
    return this.names.filter((name) => !this.#used.has(prefix + name)).length;
  }

  /** Pictures that are called like a product: `SKU.jpg` or, for more than one, `SKU-1.jpg`, `SKU-2.jpg`. */
  byName(isProduct: (reference: string) => boolean): RowSource {
    const { names } = this;
    async function* rows(): AsyncGenerator<SourceRow> {
      for (const [index, file] of names.entries()) {
        const name = file.slice(0, -extname(file).length);
        const [, stem = name, position] = /^(.+)[-_](\d{1,3})$/.exec(name) ?? [];
        const values: Record<string, string> =
          isProduct(name) || position === undefined
            ? { product: name, file }
            : { product: stem, file, position };
        yield { row: index + 1, values, problems: [] };
      }
    }
    const columns = ['product', 'file', 'position'];
    return { name: `${folderName}/`, columns, unknownColumns: [], label: (column) => column, rows };
  }
}

/** The pictures that a product file names itself. */
export function picturesOfProducts(products: RowSource): RowSource {
  async function* rows(): AsyncGenerator<SourceRow> {
    for await (const { row, values } of products.rows()) {
      const { image: file, sku, id } = values;
      const product = sku ?? id;
      if (file !== undefined && product !== undefined) yield { row, values: { product, file }, problems: [] };
    }
  }
  const label = (column: string) => products.label(column === 'file' ? 'image' : 'sku');
  return { name: products.name, columns: ['product', 'file'], unknownColumns: [], label, rows };
}
