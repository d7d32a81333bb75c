/** Finds out which file of a folder is what, by the mapping and by the documented names. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { documentedReaders, type LookupTable, mappedReaders, readerSource } from './column-reader.js';
import { ImportDirectoryMissing, ImportFileUnreadable } from './errors.js';
import { type FileMapping, readMappingFile, type ShopMapping, type TableFormat } from './mapping.js';
import { oneRowPerGroup, type RowSource } from './row-source.js';
import { type FileKind, fileKinds, missingColumns } from './shop-files.js';
import { openTable, type Table } from './table.js';

/** Read when no other mapping is given. */
const mappingFileName = 'mapping.json';
const pictureFolderName = 'images';
const documentedExtensions = ['.csv', '.tsv'];

export interface ShopFolder {
  readonly sources: Readonly<Partial<Record<FileKind, RowSource>>>;
  /** Files that are there but cannot be read as what they should be. */
  readonly failures: readonly { readonly kind: FileKind; readonly file: string; readonly reason: string }[];
  readonly notImported: readonly { readonly file: string; readonly reason: string }[];
}

export async function openShopFolder(directory: string, mapping?: ShopMapping): Promise<ShopFolder> {
  const names = await filesOf(directory);
  const shop = mapping ?? (await ownMapping(directory, names));
  return new FolderReader(directory, names, shop).read();
}

async function filesOf(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).toSorted();
  } catch (error) {
    throw new ImportDirectoryMissing(directory, { cause: error });
  }
}

async function ownMapping(directory: string, names: readonly string[]): Promise<ShopMapping> {
  return names.includes(mappingFileName) ? readMappingFile(join(directory, mappingFileName)) : { files: {} };
}

class FolderReader {
  readonly #used = new Set([mappingFileName, `${pictureFolderName}/`]);
  readonly #lookups = new Map<string, LookupTable>();
  readonly #failures: { kind: FileKind; file: string; reason: string }[] = [];

  constructor(
    private readonly directory: string,
    private readonly names: readonly string[],
    private readonly shop: ShopMapping,
  ) {}

  async read(): Promise<ShopFolder> {
    for (const name of Object.keys(this.shop.lookups ?? {})) await this.#readLookup(name);
    const sources: Partial<Record<FileKind, RowSource>> = {};
    for (const kind of fileKinds) {
      const source = await this.#sourceOf(kind);
      if (source !== undefined) sources[kind] = source;
    }
    return { sources, failures: this.#failures, notImported: this.#notImported() };
  }

  async #sourceOf(kind: FileKind): Promise<RowSource | undefined> {
    const file = this.shop.files[kind];
    const name = file === undefined ? this.#documentedFile(kind) : this.#mappedFile(kind, file);
    if (name === undefined) return undefined;
    this.#used.add(name);
    try {
      const source =
        file === undefined ? await this.#documented(kind, name) : await this.#mapped(kind, name, file);
      const missing = missingColumns(kind, source.columns);
      if (missing === undefined) return source;
      throw new ImportFileUnreadable(`${name} lacks the column ${missing}.`);
    } catch (error) {
      if (!(error instanceof ImportFileUnreadable)) throw error;
      this.#failures.push({ kind, file: name, reason: error.message });
      return undefined;
    }
  }

  #documentedFile(kind: FileKind): string | undefined {
    return this.names.find((name) => {
      const isNamed = documentedExtensions.some((extension) => name.toLowerCase() === kind + extension);
      return isNamed && this.shop.ignore?.[name] === undefined;
    });
  }

  #mappedFile(kind: FileKind, file: FileMapping): string {
    return this.#actualName(this.#formatOf(file).file ?? kind);
  }

  /** The part of the mapping that says which file and how it is cut: its own, or that of another kind. */
  #formatOf(file: FileMapping): FileMapping {
    return file.from === undefined ? file : (this.shop.files[file.from] ?? file);
  }

  #actualName(name: string): string {
    return this.names.find((actual) => actual.toLowerCase() === name.toLowerCase()) ?? name;
  }

  async #documented(kind: FileKind, name: string): Promise<RowSource> {
    const table = await this.#open(name, {});
    return readerSource(table, documentedReaders(kind, table), {});
  }

  async #mapped(kind: FileKind, name: string, file: FileMapping): Promise<RowSource> {
    const table = await this.#open(name, this.#formatOf(file));
    const readers = mappedReaders({ kind, table, file, shop: this.shop, lookups: this.#lookups });
    // A file that two parts of the mapping read has no columns that are unknown to both of them.
    const ignoreColumns = this.#isShared(file) ? table.header : file.ignoreColumns;
    const source = readerSource(table, readers, { groupBy: file.groupBy, ignoreColumns });
    return file.groupBy === undefined ? source : oneRowPerGroup(source);
  }

  #isShared(file: FileMapping): boolean {
    const others = Object.values(this.shop.files);
    return (
      file.from !== undefined ||
      others.some((other) => other.from !== undefined && this.#formatOf(other) === file)
    );
  }

  async #open(name: string, format: TableFormat): Promise<Table> {
    const path = join(this.directory, name);
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isFile) throw new ImportFileUnreadable(`${name} is not in the folder, but the mapping asks for it.`);
    return openTable(path, name, format);
  }

  async #readLookup(lookup: string): Promise<void> {
    const format = this.shop.lookups?.[lookup];
    if (format === undefined) return;
    const name = this.#actualName(format.file);
    this.#used.add(name);
    const table = await this.#open(name, format);
    const key = table.header.indexOf(format.key);
    if (key < 0) {
      throw new ImportFileUnreadable(
        `${name} has no column "${format.key}", the key of the lookup "${lookup}".`,
      );
    }
    const rows = new Map<string, readonly string[]>();
    for await (const { cells } of table.rows()) rows.set((cells[key] ?? '').trim(), cells);
    this.#lookups.set(lookup, { name, header: table.header, rows });
  }

  #notImported(): { file: string; reason: string }[] {
    return this.names.flatMap((file) => {
      const ignored = this.shop.ignore?.[file] ?? this.shop.ignore?.[file.replace(/\/$/, '')];
      if (ignored !== undefined) return [{ file, reason: `on purpose: ${ignored}` }];
      return this.#used.has(file)
        ? []
        : [{ file, reason: 'since it is none of the files that the importer knows' }];
    });
  }
}
