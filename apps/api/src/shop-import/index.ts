/** The door of the importer: a shop from a folder of CSV files, or from any other source of rows. */
export {
  ImportAlreadyRunning,
  ImportDirectoryMissing,
  ImportFileUnreadable,
  ImportMappingInvalid,
} from './errors.js';
export { importShop, type ImportShopOptions } from './import-shop.js';
export { parseMapping, readMappingFile, type ShopMapping } from './mapping.js';
export { type FileReport, type ImportReport, isComplete, type RowError } from './report.js';
export { reportText, writeReport } from './report-text.js';
