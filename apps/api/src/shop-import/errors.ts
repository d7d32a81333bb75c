/** The situations in which an import as a whole, or one of its files, cannot go on. */
import { AppError } from '@app/platform/contract';

export class ImportDirectoryMissing extends AppError {
  readonly code = 'IMPORT_DIRECTORY_MISSING';
  readonly kind = 'BAD_INPUT';

  constructor(directory: string, options?: ErrorOptions) {
    super(
      `There is no folder ${directory}; name the folder that holds the shop's CSV files.`,
      { directory },
      options,
    );
  }
}

export class ImportMappingInvalid extends AppError {
  readonly code = 'IMPORT_MAPPING_INVALID';
  readonly kind = 'BAD_INPUT';

  constructor(message: string, options?: ErrorOptions) {
    super(message, {}, options);
  }
}

/** One file cannot be read to its end, so nothing of it is imported; the files after it are still tried. */
export class ImportFileUnreadable extends AppError {
  readonly code = 'IMPORT_FILE_UNREADABLE';
  readonly kind = 'BAD_INPUT';

  constructor(message: string, options?: ErrorOptions) {
    super(message, {}, options);
  }
}

export class ImportAlreadyRunning extends AppError {
  readonly code = 'IMPORT_ALREADY_RUNNING';
  readonly kind = 'CONFLICT';

  constructor() {
    super('Another import or seed is writing to this database; wait for it to end, then start again.');
  }
}
