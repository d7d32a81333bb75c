/** Loads the pictures of products, reading and measuring each file once. */
import { readFile } from 'node:fs/promises';
import { inChunks } from './bulk.js';
import { FirstRows } from './first-rows.js';
import type { PictureFolder } from './picture-folder.js';
import { type Picture, storePictures, toPicture } from './pictures.js';
import type { FileTally } from './report.js';
import type { RowSource } from './row-source.js';
import { type GoodRow, goodRows, type ShopLoad } from './shop-load.js';
import { upsertRows, type UpsertTarget } from './upsert.js';

/** Rows at a time: sharp works on a few at once, and only these are in memory. */
const pictureChunk = 16;

interface ImageRow {
  readonly productId: string;
  readonly position: number;
  readonly hash: string;
  readonly alt: string;
}

/** The file that is being read, with the places that it has given away. */
interface ImageFile {
  readonly source: RowSource;
  readonly tally: FileTally;
  readonly rowsByPlace: FirstRows;
}

type ReadPicture = { readonly hash: string } | { readonly reason: string };

/** Loads from one source after the other, so that pictures without a position follow those that are there. */
export class ImageLoader {
  readonly #read = new Map<string, ReadPicture>();
  readonly #nextPosition = new Map<string, number>();

  constructor(
    private readonly load: ShopLoad,
    private readonly folder: PictureFolder,
  ) {}

  async loadFrom(source: RowSource, tally: FileTally): Promise<void> {
    const target = imageTarget(source);
    const file = { source, tally, rowsByPlace: new FirstRows() };
    await this.load.dataSource.transaction(async (manager) => {
      for await (const rows of inChunks(goodRows(this.load, 'images', source, tally), pictureChunk)) {
        const fresh: Picture[] = [];
        const outcomes = await Promise.all(rows.map((row) => this.#pictureOf(row.fields.file, fresh)));
        await storePictures(manager, fresh);
        const images = rows.flatMap((row, index) => this.#place(row, outcomes[index], file) ?? []);
        await upsertRows(manager, target, images, tally);
      }
    });
  }

  /** @param fresh takes pictures that were not read before. */
  async #pictureOf(file: string, fresh: Picture[]): Promise<ReadPicture> {
    const found = await this.folder.find(file);
    if (!('path' in found)) return found;
    const known = this.#read.get(found.path);
    if (known !== undefined) return known;
    const outcome = await readPicture(found.path);
    if ('content' in outcome) fresh.push(outcome);
    const kept = 'content' in outcome ? { hash: outcome.hash } : outcome;
    this.#read.set(found.path, kept);
    return kept;
  }

  #place(
    { row, fields }: GoodRow<'images'>,
    picture: ReadPicture | undefined,
    { source, tally, rowsByPlace }: ImageFile,
  ): ImageRow | undefined {
    const product = this.load.references.product(fields.product);
    if (product === undefined) {
      const reason = 'is no product of this import or of the database';
      tally.reject(row, { column: source.label('product'), value: fields.product, reason });
      return undefined;
    }
    if (picture === undefined || 'reason' in picture) {
      const reason = picture?.reason ?? 'was not read';
      tally.reject(row, { column: source.label('file'), value: fields.file, reason });
      return undefined;
    }
    const next = this.#nextPosition.get(product.id) ?? 0;
    const position = fields.position ?? next;
    const earlier = rowsByPlace.claim(`${product.id} ${position}`, row);
    if (earlier !== undefined) {
      const reason = `is the place of row ${earlier}`;
      tally.reject(row, { column: source.label('position'), value: String(position), reason });
      return undefined;
    }
    this.#nextPosition.set(product.id, Math.max(next, position + 1));
    return { productId: product.id, position, hash: picture.hash, alt: fields.alt ?? '' };
  }
}

async function readPicture(path: string): Promise<Picture | { readonly reason: string }> {
  try {
    return await toPicture(await readFile(path));
  } catch (error) {
    return {
      reason: `is no picture that can be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function imageTarget(source: RowSource): UpsertTarget<ImageRow> {
  return {
    table: 'product_images',
    key: ['product_id', 'position'],
    columns: {
      product_id: ['bigint', (image) => image.productId],
      position: ['integer', (image) => image.position],
      hash: ['text', (image) => image.hash],
      alt: ['text', (image) => image.alt],
    },
    update: ['hash', ...(source.columns.includes('alt') ? ['alt'] : [])],
  };
}
