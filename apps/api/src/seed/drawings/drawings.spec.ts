import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { type Article, readSuperstore } from '../superstore.js';
import { drawArticle, pictureSide } from './index.js';

let articles: readonly Article[];
beforeAll(async () => {
  ({ articles } = await readSuperstore());
});

const draw = (article: Article) => drawArticle(article, new Random(42, article.sku));

describe('drawArticle', () => {
  it('draws every article as an SVG of nothing but shapes, the same each time', () => {
    for (const article of articles) {
      const svg = draw(article);
      expect(draw(article)).toBe(svg);
      expect(svg).not.toMatch(/NaN|undefined|<script|<image|href|on\w+=/);
      expect(svg.length).toBeLessThan(8_000);
    }
  });

  it('draws nearly every article in its own way', () => {
    expect(new Set(articles.map(draw)).size).toBeGreaterThan(articles.length * 0.98);
  });

  it('makes pictures of the stated size in which something is to be seen', async () => {
    const bySubCategory = new Map(articles.map((article) => [article.subCategory, article]));
    expect(bySubCategory.size).toBe(17);
    for (const article of bySubCategory.values()) {
      const image = sharp(Buffer.from(draw(article)));
      const { width, height } = await image.metadata();
      const { channels } = await image.stats();
      expect([width, height]).toEqual([pictureSide, pictureSide]);
      expect(Math.max(...channels.slice(0, 3).map((channel) => channel.stdev))).toBeGreaterThan(15);
    }
  });

  it('takes the colour that the name says', () => {
    const [article] = articles;
    if (article === undefined) throw new Error('the Superstore is empty');
    const colored = (name: string) => draw({ ...article, subCategory: 'Chairs', name });
    expect(colored('Chair, Red')).toMatch(/hsl\((35[4-9]|[012]) 64%/);
    expect(colored('Chair, Blue')).toMatch(/hsl\(21\d 58%/);
  });

  it('does not know other shops’ sub-categories', () => {
    expect(() => draw({ sku: 'x', name: 'x', category: 'x', subCategory: 'Bicycles' })).toThrow(RangeError);
  });
});
