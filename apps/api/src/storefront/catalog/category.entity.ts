/** A node of the catalogue's tree: departments at the top, sub-categories below. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('categories')
export class Category {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  @Column('bigint', { name: 'parent_id', nullable: true })
  readonly parentId: string | null;

  @Column('text')
  readonly slug: string;

  @Column('text')
  readonly name: string;

  @Column('integer')
  readonly position: number;
}
