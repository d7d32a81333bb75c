/** Imports a shop from a folder of CSV files, and reports what came of every row. */
import type { DataSource } from 'typeorm';
import { emptyShop } from './empty-shop.js';
import { loadShop } from './load-shop.js';
import type { ShopMapping } from './mapping.js';
import { PictureFolder } from './picture-folder.js';
import { FileTally, type ImportReport } from './report.js';
import { openShopFolder } from './shop-folder.js';
import { withShopLock, writeShopState } from './shop-state.js';

export interface ImportShopOptions {
  readonly dataSource: DataSource;
  readonly directory: string;
  /** @default the folder's `mapping.json`; without one the files are read as documented */
  readonly mapping?: ShopMapping | undefined;
  /** Empty the shop first; accounts of staff and administrators stay. @default false */
  readonly replace?: boolean | undefined;
  readonly now: Date;
  /** Is told one line of text now and then. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/**
 * Safe to repeat, also after it was killed: what is there already is left or brought up to date.
 * @throws ImportDirectoryMissing, ImportMappingInvalid, ImportAlreadyRunning; anything wrong with one file is reported.
 */
export async function importShop(options: ImportShopOptions): Promise<ImportReport> {
  const { dataSource, directory, now, onProgress = () => undefined } = options;
  const folder = await openShopFolder(directory, options.mapping);
  const pictures = await PictureFolder.open(directory);
  return withShopLock(dataSource, async () => {
    if (options.replace === true) await emptyShop(dataSource);
    // From now on the database is this shop's, so that a start does not add the sample shop to half an import.
    if (Object.keys(folder.sources).length > 0) {
      await writeShopState(dataSource.manager, 'shop', { origin: 'import', startedAt: now.toISOString() });
    }
    const report = await loadShop({ dataSource, now, onProgress }, { sources: folder.sources, pictures });
    const failed = folder.failures.map(({ kind, file, reason }) => {
      const tally = new FileTally(kind, file);
      tally.fail(reason);
      return tally.report();
    });
    return {
      ...report,
      files: [...failed, ...report.files],
      notImported: [...folder.notImported, ...report.notImported],
    };
  });
}
