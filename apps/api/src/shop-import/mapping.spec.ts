import { describe, expect, it } from 'vitest';
import { ImportMappingInvalid } from './errors.js';
import { parseMapping } from './mapping.js';

const files = { stock: { file: 'stock.csv', columns: { product: 'sku', available: { constant: '5' } } } };

function faultOf(mapping: unknown): string {
  try {
    parseMapping(JSON.stringify(mapping), 'shop.json');
  } catch (error) {
    if (error instanceof ImportMappingInvalid) return error.message;
    throw error;
  }
  return 'none';
}

describe('parseMapping', () => {
  it('takes a mapping with all that one may say', () => {
    expect(
      faultOf({
        note: 'a shop',
        dates: 'dd.MM.yyyy',
        numbers: { thousands: '.', decimal: ',', strip: ['€'], percent: false },
        lookups: { skus: { file: 'products.csv', key: 'id', delimiter: ';' } },
        files: {
          ...files,
          products: {
            note: 'cut by tabs',
            file: 'articles.txt',
            delimiter: '\t',
            quote: false,
            encoding: 'windows-1252',
            columnNames: ['id', 'name', 'group', 'price'],
            skipLines: 2,
            unquotedLineBreaks: true,
            columns: {
              sku: { lookup: { table: 'skus', key: 'id', value: 'sku' } },
              name: { template: '{name} ({group})', case: 'title' },
              category_id: { column: 'group', values: { none: 'other' }, default: 'other' },
              price: 'price',
              'attributes.weight': 'weight',
              'name@pt-BR': 'name',
            },
            ignoreColumns: ['colour'],
          },
          categories: { from: 'products', groupBy: ['group'], columns: { id: 'group', name: 'group' } },
        },
        ignore: { 'returns.csv': 'none here' },
      }),
    ).toBe('none');
  });

  it.each([
    ['an unknown part', { files, extra: 1 }, /\(top\): Unrecognized key: "extra"/],
    ['an unknown file', { files: { invoices: files.stock } }, /files: Unrecognized key: "invoices"/],
    [
      'an unknown column',
      { files: { stock: { file: 'x', columns: { colour: 'c' } } } },
      /files\.stock\.columns\.colour: stock have no column "colour"/,
    ],
    [
      'two origins',
      { files: { stock: { file: 'x', columns: { product: { column: 'a', constant: 'b' } } } } },
      /files\.stock\.columns\.product: .*exactly one/,
    ],
    ['no file', { files: { stock: { columns: {} } } }, /files\.stock: needs either file or from/],
    [
      'a file that is read from but not there',
      { files: { stock: { from: 'products', columns: {} } } },
      /files\.stock\.from: there is no file in files\.products/,
    ],
    [
      'a lookup that is not there',
      {
        files: {
          stock: { file: 'x', columns: { product: { lookup: { table: 't', key: 'k', value: 'v' } } } },
        },
      },
      /lookup\.table: there is no lookup "t"/,
    ],
    [
      'a delimiter of two characters',
      { files: { stock: { ...files.stock, delimiter: '||' } } },
      /files\.stock\.delimiter/,
    ],
  ])('names the place of %s', (_, mapping, message) => {
    expect(faultOf(mapping)).toMatch(message);
  });

  it('says where the JSON itself breaks', () => {
    expect(() => parseMapping('{"files": }', 'shop.json')).toThrow(
      /shop\.json is no JSON: Unexpected token '}'/,
    );
  });
});
