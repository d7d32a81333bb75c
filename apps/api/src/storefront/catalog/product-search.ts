/** Reads what a shopper typed: whole words, beginnings of words, and words that are spelt nearly right. */

/** Words beyond these tell a shop nothing more, and cost. */
const mostWords = 8;
const longestWord = 40;

export function searchWords(query: string): string[] {
  const plain = query
    // Before they are taken apart: "Avery™" would become one word, "averytm".
    .replace(/\p{Symbol}+/gu, ' ')
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase();
  const words = plain.match(/[\p{Letter}\p{Number}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, longestWord)))].slice(0, mostWords);
}

/**
 * Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours (Damerau 1964; the
 * restricted form), since swapped letters are the commonest slip on a phone.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, replaced);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, at(beforeLast, column - 2) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

/** Short words are told apart by one letter; longer ones bear two slips. */
function mostSlips(word: string): number {
  if (word.length < 4) return 0;
  return word.length < 6 ? 1 : 2;
}

/** The known words nearest to a misspelt one, all that are equally near; none when nothing is near enough. */
export function corrections(word: string, candidates: readonly string[]): string[] {
  let nearest = mostSlips(word);
  let best: string[] = [];
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance > nearest) continue;
    if (distance < nearest) best = [];
    nearest = distance;
    best.push(candidate);
  }
  return nearest === 0 ? [] : best;
}

/** One word as a tsquery: it, or anything that begins with it. Words hold letters and digits only, so quoting is safe. */
export function prefixQuery(word: string): string {
  return `'${word}':*`;
}

export interface WordMatch {
  readonly word: string;
  readonly known: boolean;
  /** Words of the vocabulary that share some of its trigrams. */
  readonly candidates: readonly string[];
}

/** For each word those that may stand for it; undefined when one of them matches nothing at all. */
export function meantWords(matches: readonly WordMatch[]): string[][] | undefined {
  const meant = matches.map(({ word, known, candidates }) =>
    known ? [word] : corrections(word, candidates),
  );
  return meant.every((words) => words.length > 0) ? meant : undefined;
}

/**
 * All of the words as one tsquery; of those that may stand for one another any. Empty ones are passed over: they are of words
 * such as "the", which no document keeps.
 */
export function searchQuery(queries: readonly (readonly string[])[]): string {
  return queries
    .map((any) => any.filter((query) => query !== ''))
    .filter((any) => any.length > 0)
    .map((any) => `(${any.join(' | ')})`)
    .join(' & ');
}
