/** Draws every product and stores the drawing, as SVG and as PNG. */
import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import type { DataSource, EntityManager } from 'typeorm';
import { inChunks, selectRows } from '../shop-import/bulk.js';
import { type Picture, pictureHash, storePictures } from '../shop-import/pictures.js';
import { FileTally } from '../shop-import/report.js';
import { upsertRows } from '../shop-import/upsert.js';
import { drawArticle, pictureSide } from './drawings/index.js';
import type { Random } from './random.js';
import type { Article } from './superstore.js';

/** Products at a time: enough to keep sharp's threads busy, little enough for memory. */
const chunkProducts = 100;
/** Pixels of a side that the blurred preview is made from. */
const previewSide = 48;
/** Dots per inch at which the drawing comes out so small by itself; 72 are its own size. */
const previewDensity = (72 * previewSide) / pictureSide;
const positions = { svg: 0, png: 1 };

interface DrawnArticle {
  readonly article: Article;
  readonly svg: Picture;
  readonly png: Picture;
}

export async function seedImages(
  dataSource: DataSource,
  articles: readonly Article[],
  idBySku: ReadonlyMap<string, string>,
  random: Random,
  onProgress: (line: string) => void,
): Promise<void> {
  const missing = await articlesWithoutPictures(dataSource, articles);
  let done = articles.length - missing.length;
  for await (const chunk of inChunks(missing, chunkProducts)) {
    const drawn = await Promise.all(chunk.map((article) => drawPictures(article, random.fork(article.sku))));
    await dataSource.transaction((manager) => storeDrawings(manager, drawn, idBySku));
    done += chunk.length;
    onProgress(
      `images: ${done.toLocaleString('en-US')} of ${articles.length.toLocaleString('en-US')} products drawn`,
    );
  }
}

/** Drawing takes longer than all else, so that a seed that goes on does not draw again what is there. */
async function articlesWithoutPictures(
  dataSource: DataSource,
  articles: readonly Article[],
): Promise<Article[]> {
  const drawn = await selectRows<{ sku: string }>(
    dataSource.manager,
    'SELECT p.sku FROM product_images i JOIN products p ON p.id = i.product_id GROUP BY p.sku HAVING count(*) >= 2',
  );
  const skus = new Set(drawn.map((row) => row.sku));
  return articles.filter((article) => !skus.has(article.sku));
}

async function drawPictures(article: Article, random: Random): Promise<DrawnArticle> {
  const content = Buffer.from(drawArticle(article, random));
  const png = await sharp(content).removeAlpha().png().toBuffer();
  const preview = await sharp(content, { density: previewDensity }).ensureAlpha().raw().toBuffer();
  const thumbhash = rgbaToThumbHash(previewSide, previewSide, preview);
  const picture = (bytes: Buffer, mediaType: string): Picture => ({
    hash: pictureHash(bytes),
    mediaType,
    width: pictureSide,
    height: pictureSide,
    thumbhash,
    content: bytes,
  });
  return { article, svg: picture(content, 'image/svg+xml'), png: picture(png, 'image/png') };
}

interface ShownPicture {
  readonly productId: string | undefined;
  readonly position: number;
  readonly hash: string;
  readonly alt: string;
}

async function storeDrawings(
  manager: EntityManager,
  drawn: readonly DrawnArticle[],
  idBySku: ReadonlyMap<string, string>,
): Promise<void> {
  await storePictures(
    manager,
    drawn.flatMap(({ svg, png }) => [svg, png]),
  );
  const shown = drawn.flatMap(({ article, svg, png }): ShownPicture[] => {
    const common = { productId: idBySku.get(article.sku), alt: article.name };
    return [
      { ...common, position: positions.svg, hash: svg.hash },
      { ...common, position: positions.png, hash: png.hash },
    ];
  });
  await upsertRows(
    manager,
    {
      table: 'product_images',
      key: ['product_id', 'position'],
      columns: {
        product_id: ['bigint', (picture: ShownPicture) => picture.productId],
        position: ['integer', (picture) => picture.position],
        hash: ['text', (picture) => picture.hash],
        alt: ['text', (picture) => picture.alt],
      },
      update: ['hash', 'alt'],
    },
    shown,
    new FileTally('images', 'drawings'),
  );
}
