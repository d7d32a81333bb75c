/** Three small tables with values that collide often, random writes to them, and a record of what each write changed. */
import type { DataSource } from 'typeorm';
import type { RowChange, RowImage } from '../core/row-change.js';

/** xorshift32: small, seeded, and good enough to mix test cases. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  of<Value>(...values: readonly [Value, ...Value[]]): Value {
    const chosen = values[this.below(values.length)];
    return chosen === undefined ? values[0] : chosen;
  }

  id = (): string => String(1 + this.below(9));
  ids = (count = 1 + this.below(4)): string[] => Array.from({ length: count }, this.id);
  text = (): string => this.of('a', 'b', 'c', 'A', 'it’s', '\u{1F60A}', '\uFB00');
  number = (): number => this.below(7);
  amount = (): string => this.of('1', '1.0', '2.5', '10');
  time = (): string => `2026-01-0${1 + this.below(5)} 10:00:00.00000${this.below(3)}+00`;
  uuid = (): string => `0000000${this.below(3)}-0000-4000-8000-00000000000a`;
  kind = (): string => this.of('small', 'large');
  lexeme = (): string => this.of('chair', 'chairman', 'it', 'its', 'leather', 'it’s');
  document = (): string =>
    this.of(`${this.lexeme()}:1A ${this.lexeme()}:2`, this.lexeme(), `'o''${this.lexeme()}':3`, '');
  textQuery = (): string => {
    const word = () => `'${this.lexeme()}'${this.of('', ':*', ':A', ':*B')}`;
    const [one, other] = [word(), word()];
    return this.of(
      word(),
      `${one} & ${other}`,
      `( ${one} | ${other} ) & ${word()}`,
      `${one} | ${other} & ${word()}`,
      `${one} <-> ${other}`,
      `!${one}`,
      `${one} & !( ${other} | ${word()} )`,
      `${one} <2> ${other} | ${word()}`,
      '',
      this.lexeme(),
      `'o''${this.lexeme()}'`,
      `o\\'${this.lexeme()}:*`,
    );
  };
  orNull = <Value>(value: Value): Value | null => (this.below(5) === 0 ? null : value);
}

const schema = `
  CREATE TYPE size AS ENUM ('small', 'large');
  CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TABLE things (
    id bigint PRIMARY KEY, code text COLLATE "C", flag boolean, tag uuid, kind size, amount numeric, rank integer,
    doubled integer GENERATED ALWAYS AS (rank * 2) VIRTUAL, note char(3), fold text COLLATE any_case, tags text[],
    doc jsonb, parent_id bigint, made_at timestamptz, words tsvector,
    score numeric(4, 2));
  CREATE TABLE parts (thing_id bigint, position integer, label text, weight integer, PRIMARY KEY (thing_id, position));
  CREATE TABLE owners (id bigint PRIMARY KEY, name text, code text);
  CREATE TABLE unrecorded (id bigint PRIMARY KEY);
  CREATE VIEW thing_codes AS SELECT code FROM things;
  CREATE TABLE recorded (number bigint GENERATED ALWAYS AS IDENTITY, kind text, name text, before jsonb, after jsonb,
    changed text[]);

  CREATE FUNCTION label_count(asked bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(label) FROM parts WHERE thing_id = asked $$;
  CREATE FUNCTION anything() RETURNS bigint LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT count(*) FROM things); END $$;
  CREATE FUNCTION swiftlet_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO recorded (kind, name, before, after, changed)
    VALUES (lower(TG_OP), TG_TABLE_NAME, CASE WHEN TG_OP IN ('UPDATE', 'DELETE') THEN to_jsonb(OLD) END,
            CASE WHEN TG_OP IN ('UPDATE', 'INSERT') THEN to_jsonb(NEW) END,
            -- As text: to jsonb 1.0 and 1.00 are equal, and an answer shows the difference.
            CASE WHEN TG_OP = 'UPDATE' THEN ARRAY(
              SELECT key FROM json_each_text(row_to_json(OLD)) b JOIN json_each_text(row_to_json(NEW)) a USING (key)
               -- NULL and the jsonb value null are one text; a write of the laboratory changes one column at most.
               WHERE a.value IS DISTINCT FROM b.value OR (key = 'doc' AND a.value IS NULL AND OLD *<> NEW)) END);
    RETURN NULL;
  END $$;`;

const recordedTables = ['things', 'parts', 'owners'] as const;
type LaboratoryTable = (typeof recordedTables)[number];

const columns: Readonly<Record<LaboratoryTable, Readonly<Record<string, (random: Random) => unknown>>>> = {
  things: {
    id: (r) => r.id(),
    code: (r) => r.orNull(r.text()),
    flag: (r) => r.orNull(r.below(2) === 0),
    tag: (r) => r.uuid(),
    kind: (r) => r.kind(),
    amount: (r) => r.amount(),
    rank: (r) => r.orNull(r.number()),
    note: (r) => r.text().slice(0, 3),
    fold: (r) => r.text(),
    tags: (r) => [r.text(), r.text()],
    doc: (r) => r.of(JSON.stringify({ a: r.text() }), 'null', null),
    parent_id: (r) => r.orNull(r.id()),
    made_at: (r) => r.orNull(r.time()),
    words: (r) => r.orNull(r.document()),
    score: (r) => r.orNull(r.amount()),
  },
  parts: {
    thing_id: (r) => r.id(),
    position: (r) => r.below(3),
    label: (r) => r.orNull(r.text()),
    weight: (r) => r.number(),
  },
  owners: { id: (r) => r.id(), name: (r) => r.text(), code: (r) => r.text() },
};

interface RecordedRow {
  readonly kind: 'insert' | 'update' | 'delete' | 'truncate';
  readonly name: string;
  readonly before: RowImage | null;
  readonly after: RowImage | null;
  readonly changed: readonly string[] | null;
}

export class ReadsLaboratory {
  constructor(
    private readonly dataSource: DataSource,
    private readonly random: Random,
  ) {}

  async setUp(): Promise<void> {
    await this.dataSource.query(schema);
    for (const table of recordedTables) {
      await this.dataSource.query(`
        CREATE TRIGGER record_rows AFTER INSERT OR UPDATE OR DELETE ON ${table}
          FOR EACH ROW EXECUTE FUNCTION swiftlet_record_change();
        CREATE TRIGGER record_truncation AFTER TRUNCATE ON ${table} EXECUTE FUNCTION swiftlet_record_change()`);
    }
    for (let count = 0; count < 40; count += 1) await this.#insert(this.random.of(...recordedTables));
    await this.changes();
  }

  /** One random statement; it may change no row, or several. */
  async write(): Promise<readonly RowChange[]> {
    const { random } = this;
    const table = random.of(...recordedTables, 'things', 'things');
    const choice = random.below(10);
    if (choice < 3) await this.#insert(table);
    else if (choice < 5) await this.#delete(table);
    else await this.#update(table);
    return this.changes();
  }

  async changes(): Promise<readonly RowChange[]> {
    const rows = await this.dataSource.query<RecordedRow[]>('SELECT * FROM recorded ORDER BY number');
    await this.dataSource.query('DELETE FROM recorded');
    return rows.map((row) => this.#toChange(row));
  }

  async #insert(table: LaboratoryTable): Promise<void> {
    const entries = Object.entries(columns[table]);
    const places = entries.map((_, at) => `$${at + 1}`);
    await this.dataSource.query(
      `INSERT INTO ${table} (${entries.map(([name]) => name).join()}) VALUES (${places.join()}) ON CONFLICT DO NOTHING`,
      entries.map(([, value]) => value(this.random)),
    );
  }

  async #delete(table: LaboratoryTable): Promise<void> {
    const key = table === 'parts' ? 'thing_id' : 'id';
    await this.dataSource.query(`DELETE FROM ${table} WHERE ${key} = $1`, [this.random.id()]);
  }

  async #update(table: LaboratoryTable): Promise<void> {
    const { random } = this;
    const key = table === 'parts' ? 'thing_id' : 'id';
    const [first, ...others] = Object.entries(columns[table]).filter(([name]) => name !== 'position');
    if (first === undefined) return;
    const [column, value] = random.of(first, ...others);
    const isTaken = table === 'parts' ? 'o.thing_id = $1 AND o.position = t.position' : 'o.id = $1';
    const unlessTaken = column === key ? ` AND NOT EXISTS (SELECT FROM ${table} o WHERE ${isTaken})` : '';
    await this.dataSource.query(`UPDATE ${table} t SET ${column} = $1 WHERE ${key} = $2${unlessTaken}`, [
      value(random),
      random.id(),
    ]);
  }

  /** The image leaves out a column now and then, as it does with one that is too wide. */
  #toChange({ kind, name: table, before, after, changed }: RecordedRow): RowChange {
    const left = this.random.below(8) === 0 ? this.random.of('code', 'rank', 'label', 'amount') : undefined;
    const image = (whole: RowImage) =>
      Object.fromEntries(Object.entries(whole).filter(([column]) => column !== left));
    if (kind === 'insert' && after !== null) return { kind, table, after: image(after) };
    if (kind === 'delete' && before !== null) return { kind, table, before: image(before) };
    if (kind !== 'update' || before === null || after === null || changed === null)
      return { kind: 'table', table };
    return { kind, table, before: image(before), after: image(after), changed };
  }
}
