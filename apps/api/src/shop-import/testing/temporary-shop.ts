/** Gives a test a folder with the files of a shop, and takes it away again. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TemporaryShop {
  readonly directory: string;
  /** Writes or overwrites files, by their names. */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  remove(): Promise<void>;
}

export async function temporaryShop(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<TemporaryShop> {
  const directory = await mkdtemp(join(tmpdir(), 'shop-'));
  const write: TemporaryShop['write'] = async (contents) => {
    for (const [name, content] of Object.entries(contents)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), content);
    }
  };
  await write(files);
  return { directory, write, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** A shop of two orders that has every kind of file and nothing wrong with it. */
export const smallShop: Readonly<Record<string, string>> = {
  'categories.csv': 'id,parent_id,name\n2,1,Teapots\n1,,Kitchen\n',
  'products.csv': [
    'id,sku,name,description,category_id,price,currency,attributes.colour,description@fr',
    '7,POT-1,Iron teapot,"Keeps tea warm, and looks it.",2,49.90,EUR,black,Garde le thé au chaud.',
    '8,POT-2,Glass teapot,,2,19.995,EUR,,',
  ].join('\n'),
  'customers.csv': 'id,name,email\nC1,Ada Byron,ada@example.com\nC2,Max Born,\n',
  'orders.csv': [
    'number,customer_id,placed_at,status,city,country',
    'A-1,C1,2024-03-01,DELIVERED,London,UK',
    'A-2,C2,2024-03-02T10:30:00+02:00,SHIPPED,Göttingen,Germany',
  ].join('\n'),
  'order_lines.csv': [
    'order_number,product_id,sku,quantity,unit_price,discount',
    'A-1,7,,2,49.90,0.15',
    'A-1,8,,3,19.995,',
    'A-2,,POT-2,1,19.995,0.1',
  ].join('\n'),
  'reviews.csv': [
    'product,customer,author,email,rating,title,body,created_at',
    'POT-1,C1,,,5,Lovely,Pours without a drop.,2024-04-01',
    'POT-1,,Niels,niels@example.com,4,,Heavy.,2024-04-02',
  ].join('\n'),
  'stock.csv': 'product,available\nPOT-1,12\n',
};
