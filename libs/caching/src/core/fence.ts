/**
 * Tells whether what was stored at some point of the invalidation log is still true: the one place that decides about
 * staleness.
 *
 * An entry remembers `bornAt`, the last record that its node had applied before the first row was read, and a cell for
 * everything that was read. A write that the entry has not seen commits after that first read, so its record comes after
 * `bornAt`, and the cells that it touches move past it. This holds however long the filling takes and in whatever order
 * things arrive, and no clocks are compared. What was read may be found out after the reading, because `bornAt` belongs to
 * the node and not to a tag.
 */
import type { Invalidation, LogFollower, Sequence } from './invalidation-log.js';
import { shapeOf, touchedBy, type ReadShape } from './read-shape.js';
import type { RowChange } from './row-change.js';
import { changeMatters } from './row-match.js';
import type { RowRead } from './row-read.js';

/**
 * Bytes of a cell with its tag and its places in the maps, and for a tested one with its read and conditions: heap after a full
 * collection, of 3,000 entries that depend on 1 to 60 cells each (Node 24, x64).
 */
const plainCellBytes = 320;
const testedCellBytes = 1_000;

/** Something that entries depend on; shared by all of them. */
export class Cell {
  /** Entries that hold this cell; it is dropped with the last one. */
  holders = 0;

  constructor(
    readonly tag: string,
    /** The last record that touched it, or may have. */
    public movedAt: Sequence,
    readonly drop: () => void,
    /** What it takes in memory. */
    readonly sizeBytes = plainCellBytes,
  ) {}
}

/**
 * Bytes that entries take for what they depend on: a place in a list for each cell, and the cell itself, which those who hold it
 * pay for together. Made-up questions each have cells of their own, the pages of a shop have nearly all of them in common.
 */
export function dependencyBytes(cells: readonly Cell[]): number {
  let sizeBytes = 0;
  for (const cell of cells) sizeBytes += 30 + cell.sizeBytes / Math.max(1, cell.holders);
  return Math.ceil(sizeBytes);
}

export interface Dependencies {
  readonly reads: readonly RowRead[];
  readonly tags: readonly string[];
}

export interface Fenced {
  readonly bornAt: Sequence;
  readonly cells: readonly Cell[];
}

/** Why an entry is no longer true. */
export type Invalidity =
  { readonly reason: 'moved'; readonly tag: string } | { readonly reason: 'forgotten' };

/** A cell whose read has conditions that only the changed row itself can be tested by. */
interface TestedCell {
  readonly cell: Cell;
  readonly read: RowRead;
}

interface KnownShape {
  readonly shape: ReadShape;
  readonly cells: Map<string, Cell>;
  /** By values, then by conditions. */
  readonly tested: Map<string, Map<string, TestedCell>>;
  /** A record that touched all of it, or one from before the shape was known. */
  movedAt: Sequence;
}

interface KnownTable {
  readonly shapes: Map<string, KnownShape>;
  /** The latest changes, for shapes that become known after them. */
  readonly recent: { readonly change: RowChange; readonly sequence: Sequence }[];
  /** Changes up to here are not in `recent`. */
  forgottenAt: Sequence;
}

/** Changes of a table that are kept for shapes still unknown: those of some minutes in a busy shop, a megabyte or so. */
const keptChanges = 1_000;
/**
 * Shapes of one table that each of its changes is held against. They come from the code, but where statements name only the
 * columns that a client has asked for, clients make them up. What comes beyond them looks at the whole table.
 */
const mostShapes = 500;
/** Conditions that a changed row is tested by; each takes a microsecond, and clients make up prices to ask for. */
const mostTested = 1_000;
/** Changes that a new condition is told of one by one: what a busy table sees in some seconds. */
const mostTold = 200;
/** Slots in which tags without a living entry keep their last move. 2¹⁸ are 2 MB; two tags in one slot only cost a miss. */
const floorSlots = 1 << 18;

export class Fence implements LogFollower {
  #reached: Sequence = 0;
  #voidBefore: Sequence = 0;
  readonly #tables = new Map<string, KnownTable>();
  readonly #declared = new Map<string, Cell>();
  readonly #floor = new Float64Array(floorSlots);

  /** Everything up to here has been applied; what is read from now on was born here. */
  get reached(): Sequence {
    return this.#reached;
  }

  /** The cells of what was read, held until {@link release}. */
  hold({ reads, tags }: Dependencies): Cell[] {
    const cells = new Set(tags.map((tag) => this.#declaredCell(tag)));
    for (const read of reads) for (const cell of this.#cellsOf(read)) cells.add(cell);
    for (const cell of cells) cell.holders += 1;
    return [...cells];
  }

  release(cells: readonly Cell[]): void {
    for (const cell of cells) {
      cell.holders -= 1;
      if (cell.holders === 0) cell.drop();
    }
  }

  isTrue({ bornAt, cells }: Fenced): boolean {
    if (bornAt < this.#voidBefore) return false;
    for (const cell of cells) if (cell.movedAt > bornAt) return false;
    return true;
  }

  /** Undefined while it is true. */
  whyNot({ bornAt, cells }: Fenced): Invalidity | undefined {
    if (bornAt < this.#voidBefore) return { reason: 'forgotten' };
    const moved = cells.find((cell) => cell.movedAt > bornAt);
    return moved === undefined ? undefined : { reason: 'moved', tag: moved.tag };
  }

  apply({ changes, tags }: Invalidation, sequence: Sequence): void {
    for (const tag of tags) this.#moveDeclared(tag, sequence);
    for (const change of changes) this.#applyChange(change, sequence);
  }

  reach(sequence: Sequence): void {
    this.#reached = Math.max(this.#reached, sequence);
  }

  forget(before: Sequence): void {
    this.#voidBefore = Math.max(this.#voidBefore, before);
    this.reach(before);
  }

  #applyChange(change: RowChange, sequence: Sequence): void {
    const table = this.#table(change.table);
    table.recent.push({ change, sequence });
    if (table.recent.length > 2 * keptChanges) {
      const dropped = table.recent.splice(0, keptChanges);
      // Not only the last one's: what this node has appended itself comes early.
      for (const { sequence: its } of dropped) table.forgottenAt = Math.max(table.forgottenAt, its);
    }
    for (const known of table.shapes.values()) this.#moveShape(known, change, sequence);
  }

  #moveShape(known: KnownShape, change: RowChange, sequence: Sequence): void {
    const touched = touchedBy(change, known.shape);
    if (touched.kind === 'none') return;
    if (touched.kind === 'all') {
      known.movedAt = Math.max(known.movedAt, sequence);
      for (const cell of known.cells.values()) moveTo(cell, sequence);
      for (const cells of known.tested.values())
        for (const { cell, read } of cells.values()) if (changeMatters(read, change)) moveTo(cell, sequence);
      return;
    }
    for (const key of touched.keys) {
      const cell = known.cells.get(key);
      if (cell !== undefined) moveTo(cell, sequence);
      for (const tested of known.tested.get(key)?.values() ?? [])
        if (changeMatters(tested.read, change)) moveTo(tested.cell, sequence);
      this.#raiseFloor(rowTag(known.shape, key), sequence);
    }
  }

  /** For people: what is remembered beside the answers themselves. */
  get size(): { readonly shapes: number; readonly cells: number } {
    let [shapes, cells] = [0, this.#declared.size];
    for (const table of this.#tables.values()) {
      shapes += table.shapes.size;
      for (const known of table.shapes.values()) {
        cells += known.cells.size;
        for (const tested of known.tested.values()) cells += tested.size;
      }
    }
    return { shapes, cells };
  }

  #cellsOf(asked: RowRead): Cell[] {
    const read = this.#hasRoomFor(asked) ? asked : wholeTable(asked);
    const { shape, valueKeys } = shapeOf(read);
    const known = this.#knownShape(shape);
    const { residuals = [] } = read;
    return valueKeys.map((key) =>
      residuals.length === 0 ? this.#plainCell(known, key) : this.#testedCell(known, key, read),
    );
  }

  #plainCell(known: KnownShape, key: string): Cell {
    const existing = known.cells.get(key);
    if (existing !== undefined) return existing;
    const cell = new Cell(rowTag(known.shape, key), this.#lastMoveOf(known, key), () =>
      known.cells.delete(key),
    );
    known.cells.set(key, cell);
    return cell;
  }

  #testedCell(known: KnownShape, key: string, read: RowRead): Cell {
    const cells = known.tested.get(key) ?? new Map<string, TestedCell>();
    known.tested.set(key, cells);
    // An equality that the shape leaves out, for its many values, is one of them.
    const untold = read.where.filter(({ column }) => !known.shape.whereColumns.includes(column));
    const conditions = JSON.stringify([read.residuals, read.tested, ...untold]);
    const existing = cells.get(conditions);
    if (existing !== undefined) return existing.cell;
    if (cells.size >= mostTested) return this.#plainCell(known, key);
    const cell = new Cell(
      `${rowTag(known.shape, key)} if ${conditions}`,
      this.#lastMatterOf(known, key, read),
      () => {
        cells.delete(conditions);
        if (cells.size === 0) known.tested.delete(key);
      },
      testedCellBytes,
    );
    cells.set(conditions, { cell, read });
    return cell;
  }

  #lastMoveOf({ shape, movedAt }: KnownShape, key: string): Sequence {
    return Math.max(movedAt, this.#floorOf(rowTag(shape, key)));
  }

  #hasRoomFor(read: RowRead): boolean {
    const { shapes } = this.#table(read.table);
    if (shapes.size < mostShapes || shapes.has(shapeOf(read).shape.id)) return true;
    // Those that nothing depends on are found out anew from the latest changes when they are asked for again.
    for (const [id, { cells, tested }] of shapes) if (cells.size + tested.size === 0) shapes.delete(id);
    return shapes.size < mostShapes;
  }

  /**
   * For a read that is known from now on: the latest changes are tested one by one, since a list takes a while to read
   * and comes from other nodes long after, and something in its table has always changed since.
   */
  #lastMatterOf(known: KnownShape, key: string, read: RowRead): Sequence {
    const { recent, forgottenAt } = this.#table(known.shape.table);
    const latest = this.#lastMoveOf(known, key);
    let last = Math.max(known.movedAt, forgottenAt);
    if (latest <= last) return latest;
    for (const [at, { change, sequence }] of recent.entries()) {
      const isTold = at >= recent.length - mostTold;
      if (sequence > last && (!isTold || changeMatters(read, change))) last = sequence;
    }
    return Math.min(last, latest);
  }

  #knownShape(shape: ReadShape): KnownShape {
    const table = this.#table(shape.table);
    const existing = table.shapes.get(shape.id);
    if (existing !== undefined) return existing;
    const known: KnownShape = { shape, cells: new Map(), tested: new Map(), movedAt: table.forgottenAt };
    table.shapes.set(shape.id, known);
    for (const { change, sequence } of table.recent) this.#moveShape(known, change, sequence);
    return known;
  }

  #table(name: string): KnownTable {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = { shapes: new Map(), recent: [], forgottenAt: 0 };
      this.#tables.set(name, table);
    }
    return table;
  }

  #declaredCell(tag: string): Cell {
    let cell = this.#declared.get(tag);
    if (cell === undefined) {
      cell = new Cell(tag, this.#floorOf(tag), () => this.#declared.delete(tag));
      this.#declared.set(tag, cell);
    }
    return cell;
  }

  #moveDeclared(tag: string, sequence: Sequence): void {
    const cell = this.#declared.get(tag);
    if (cell !== undefined) moveTo(cell, sequence);
    this.#raiseFloor(tag, sequence);
  }

  #floorOf(tag: string): Sequence {
    return this.#floor[slotOf(tag)] ?? 0;
  }

  #raiseFloor(tag: string, sequence: Sequence): void {
    const slot = slotOf(tag);
    this.#floor[slot] = Math.max(this.#floor[slot] ?? 0, sequence);
  }
}

function wholeTable({ table }: RowRead): RowRead {
  return { table, where: [], columns: undefined };
}

function moveTo(cell: Cell, sequence: Sequence): void {
  cell.movedAt = Math.max(cell.movedAt, sequence);
}

/** `products(id)[name,price_minor]=7`, as it is shown to people and sent to CDNs. */
function rowTag({ id }: ReadShape, key: string): string {
  return `${id}=${key.replaceAll('\0', ',')}`;
}

/** FNV-1a. */
function slotOf(tag: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < tag.length; at += 1) hash = Math.imul(hash ^ tag.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % floorSlots;
}
