import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { columnOf, fileKinds, missingColumns, shopColumns, translationOf } from './shop-files.js';

describe('columnOf', () => {
  it.each([
    ['orders', 'Order ID', 'number'],
    ['orders', 'placed-at', 'placed_at'],
    ['products', ' PRICE ', 'price'],
    ['products', 'Attributes.Frame Size', 'attributes.frame_size'],
    ['products', 'Description@PT-br', 'description@pt-br'],
    ['reviews', 'sku', 'product'],
  ] as const)('of %s takes the header %j for %s', (kind, header, column) => {
    expect(columnOf(kind, header)).toBe(column);
  });

  it.each([
    ['orders', 'description@fr'],
    ['products', 'price@fr'],
    ['products', 'name@fr-1'],
    ['stock', 'warehouse'],
  ] as const)('of %s knows no %j', (kind, header) => {
    expect(columnOf(kind, header)).toBeUndefined();
  });
});

describe('translationOf', () => {
  it('writes languages the way BCP 47 does', () => {
    expect(translationOf('name@pt-br')).toEqual({ text: 'name', language: 'pt-BR' });
  });
});

describe('missingColumns', () => {
  it('asks for one of the ways to name a product', () => {
    expect(missingColumns('products', ['name', 'category_id', 'price'])).toBe('id or sku');
    expect(missingColumns('products', ['sku', 'name', 'category_id', 'price'])).toBeUndefined();
    expect(missingColumns('stock', [])).toBe('product, available');
  });
});

describe('the README', () => {
  it('documents every file and every column with its other names', async () => {
    const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
    for (const kind of fileKinds) {
      const section = readme.split(`### ${kind}.csv`)[1]?.split('\n### ')[0] ?? '';
      for (const column of shopColumns[kind]) {
        const row = section.split('\n').find((line) => line.startsWith(`| \`${column.name}\``)) ?? '';
        expect(row, `${kind}.${column.name}`).toContain(column.type);
        for (const alias of column.aliases) expect(row, `${kind}.${column.name}`).toContain(`\`${alias}\``);
      }
    }
  });
});
