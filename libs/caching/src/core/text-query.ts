/** Tells whether a `tsvector` may match a `tsquery`, from the texts of both; it never says no where PostgreSQL says yes. */

/**
 * What a document must hold to match: of each list at least one. Each is the beginning of a lexeme as the text of a `tsvector`
 * writes it, or a whole lexeme with its closing quote. Empty: any document may match.
 */
export type TextQuery = readonly (readonly string[])[];

/** Lexemes in quotes with nothing in them to be escaped, and weights or a star behind; operators; parentheses. */
const anyToken =
  / *(?:'(?<lexeme>[^'\\]+)'(?::(?<flags>[*A-D]+))?|(?<operator>[&|!()]|<(?:-|\d{1,5})>)|(?<further>[^]))/g;

/** Undefined when it is not written as PostgreSQL would write it. */
export function parseTextQuery(text: string): TextQuery | undefined {
  const found = [...text.matchAll(anyToken)].map(({ groups = {} }) => groups);
  if (found.some(({ further }) => further !== undefined)) return undefined;
  const reader = new TokenReader(found);
  const query = reader.alternatives();
  return reader.isAtEnd ? query : undefined;
}

type Token = Readonly<Record<string, string | undefined>>;

/** By PostgreSQL's precedence: `!` binds closest, then `<->`, `&`, and `|`. */
class TokenReader {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get isAtEnd(): boolean {
    return this.#at === this.tokens.length;
  }

  alternatives(): TextQuery | undefined {
    let query = this.#conjunction();
    while (this.#take('|')) query = either(query, this.#conjunction());
    return query;
  }

  /** A phrase holds all of its words. */
  #conjunction(): TextQuery | undefined {
    let query = this.#operand();
    while (this.#take('&') || this.#take('<')) query = both(query, this.#operand());
    return query;
  }

  #operand(): TextQuery | undefined {
    // What a document must not hold says nothing of what it must.
    if (this.#take('!')) return this.#operand() === undefined ? undefined : [];
    if (this.#take('(')) {
      const inside = this.alternatives();
      return this.#take(')') ? inside : undefined;
    }
    const { lexeme, flags = '' } = this.tokens[this.#at] ?? {};
    if (lexeme === undefined) return undefined;
    this.#at += 1;
    return [[` '${lexeme}${flags.includes('*') ? '' : "'"}`]];
  }

  #take(operator: string): boolean {
    const isNext = this.tokens[this.#at]?.['operator']?.startsWith(operator) === true;
    if (isNext) this.#at += 1;
    return isNext;
  }
}

function both(one: TextQuery | undefined, other: TextQuery | undefined): TextQuery | undefined {
  return one === undefined || other === undefined ? undefined : [...one, ...other];
}

/** Of each side one list is kept, which is coarser. */
function either(one: TextQuery | undefined, other: TextQuery | undefined): TextQuery | undefined {
  if (one === undefined || other === undefined) return undefined;
  const [first] = one;
  const [second] = other;
  return first === undefined || second === undefined ? [] : [[...first, ...second]];
}

/** @param document the text of a `tsvector`: `'chair':2A 'leather':1A`, sorted by lexeme. */
export function mayMatch(query: TextQuery, document: string): boolean {
  const lexemes = ` ${document}`;
  return query.every((beginnings) => beginnings.some((beginning) => lexemes.includes(beginning)));
}
