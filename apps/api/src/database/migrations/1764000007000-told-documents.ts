/** Has changes of products tell their search documents, so that a search outlives those that it cannot find. */
import { trackTable } from '@app/caching';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const leaveOut = ['description', 'translations', 'attributes'];

export class ToldDocuments1764000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await trackTable(runner, 'products', { leaveOut });
  }

  async down(runner: QueryRunner): Promise<void> {
    await trackTable(runner, 'products', { leaveOut: [...leaveOut, 'search_document'] });
  }
}
