/** The mapping file: how the files of one shop, with their own names and columns, become the importer's. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ImportMappingInvalid } from './errors.js';
import { type FileKind, fileKinds, isColumn } from './shop-files.js';

const numberFormat = z.strictObject({
  thousands: z.string().length(1).optional(),
  decimal: z.string().length(1).optional(),
  strip: z.array(z.string().min(1)).optional(),
  percent: z.boolean().optional(),
});

/** How a file's text is cut into cells. */
const tableFormat = {
  /** @default the one of `,` `;` tab and `|` that the first line has most of */
  delimiter: z.string().length(1).optional(),
  /** False where quotes are ordinary characters. @default '"' */
  quote: z.union([z.string().length(1), z.literal(false)]).optional(),
  /** A label of the Encoding Standard. @default "utf-8"; UTF-16 with a byte order mark is recognised */
  encoding: z.string().optional(),
  /** The names of the columns of a file that has no header line. */
  columnNames: z.array(z.string().min(1)).min(1).optional(),
  /** Lines before the header that are no part of the table. @default 0 */
  skipLines: z.int().min(0).optional(),
  /** Line breaks belong to the text until a row has all its cells, for files that do not quote. @default false */
  unquotedLineBreaks: z.boolean().optional(),
};

/** Where a value comes from and what is done to it; a string alone is the name of a source column. */
const columnMapping = z.union([
  z.string().min(1),
  z
    .strictObject({
      column: z.string().min(1).optional(),
      template: z.string().min(1).optional(),
      constant: z.string().optional(),
      lookup: z.strictObject({ table: z.string(), key: z.string(), value: z.string() }).optional(),
      /** Replaces a value that is listed here, e.g. `{"Y": "DELIVERED"}`. */
      values: z.record(z.string(), z.string()).optional(),
      /** Stands for an empty value. */
      default: z.string().optional(),
      case: z.enum(['lower', 'upper', 'title']).optional(),
      dates: z.string().optional(),
      numbers: numberFormat.optional(),
    })
    .refine((mapping) => sourcesOf(mapping).length === 1, {
      error: 'needs exactly one of column, template, constant and lookup',
    }),
]);

function sourcesOf(mapping: Readonly<Record<string, unknown>>): string[] {
  return ['column', 'template', 'constant', 'lookup'].filter((name) => mapping[name] !== undefined);
}

const fileMapping = z
  .strictObject({
    note: z.string().optional(),
    /** The file's name in the folder. */
    file: z.string().min(1).optional(),
    /** Reads the same file, cut the same way, as another part of this mapping. */
    from: z.enum(fileKinds).optional(),
    /** Makes one row of all source rows that agree in these source columns; they must agree in all that is mapped. */
    groupBy: z.array(z.string().min(1)).min(1).optional(),
    ...tableFormat,
    dates: z.string().optional(),
    numbers: numberFormat.optional(),
    columns: z.record(z.string(), columnMapping),
    /** Source columns that are left out on purpose, so that the report does not name them. */
    ignoreColumns: z.array(z.string()).optional(),
  })
  .refine((mapping) => (mapping.file === undefined) !== (mapping.from === undefined), {
    error: 'needs either file or from',
  });

const shopMapping = z
  .strictObject({
    note: z.string().optional(),
    /** A pattern such as `dd-MM-yyyy` for every date of the shop. @default ISO 8601 */
    dates: z.string().optional(),
    numbers: numberFormat.optional(),
    /** Tables that are only looked into: `value` of the row whose `key` column has the given text. */
    lookups: z
      .record(z.string(), z.strictObject({ file: z.string(), key: z.string(), ...tableFormat }))
      .optional(),
    files: z.partialRecord(z.enum(fileKinds), fileMapping),
    /** Files that are left out on purpose, each with the reason that the report gives. */
    ignore: z.record(z.string(), z.string()).optional(),
  })
  .superRefine((mapping, context) => {
    for (const { path, message } of crossReferences(mapping)) {
      context.addIssue({ code: 'custom', path, message });
    }
  });

export type ShopMapping = z.infer<typeof shopMapping>;
export type FileMapping = z.infer<typeof fileMapping>;
export type ColumnMapping = z.infer<typeof columnMapping>;
export type TableFormat = Pick<FileMapping, keyof typeof tableFormat>;

interface MappingFault {
  readonly path: (string | number)[];
  readonly message: string;
}

interface MappingShape {
  readonly files: Readonly<Partial<Record<FileKind, FileMapping>>>;
  readonly lookups?: Readonly<Record<string, unknown>> | undefined;
}

function* crossReferences(mapping: MappingShape): Generator<MappingFault> {
  for (const kind of fileKinds) {
    const file = mapping.files[kind];
    if (file === undefined) continue;
    if (file.from !== undefined && mapping.files[file.from]?.file === undefined) {
      yield { path: ['files', kind, 'from'], message: `there is no file in files.${file.from} to read from` };
    }
    for (const [column, source] of Object.entries(file.columns)) {
      const path = ['files', kind, 'columns', column];
      if (!isColumn(kind, column)) yield { path, message: `${kind} have no column "${column}"` };
      const table = typeof source === 'string' ? undefined : source.lookup?.table;
      if (table !== undefined && mapping.lookups?.[table] === undefined) {
        yield { path: [...path, 'lookup', 'table'], message: `there is no lookup "${table}"` };
      }
    }
  }
}

/** @param origin is what the error calls the mapping. */
export function parseMapping(json: string, origin = 'The mapping file'): ShopMapping {
  const result = shopMapping.safeParse(parseJson(json, origin));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`);
  throw new ImportMappingInvalid(`${origin} is not valid. ${faults.join('; ')}.`, { cause: result.error });
}

function parseJson(json: string, origin: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImportMappingInvalid(`${origin} is no JSON: ${reason}`, { cause: error });
  }
}

export async function readMappingFile(path: string): Promise<ShopMapping> {
  const json = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ImportMappingInvalid(`The mapping file ${path} cannot be read.`, { cause: error });
  });
  return parseMapping(json, path);
}
