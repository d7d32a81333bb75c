import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { KnownDocuments } from './known-documents.js';

/** A document whose text has that many characters. */
const textOf = (name: string, characters: number) => `{ ${name} }`.padEnd(characters);

it('finds a document by its key and by its text, with the hash that its key ends with', async () => {
  const documents = new KnownDocuments();
  const [source, key] = ['{ a }', 'schema:hash'];
  const document = parse(source);
  await documents.set(key, document);
  expect(await documents.get(key)).toBe(document);
  expect(documents.recall(source)).toEqual({ source, queryHash: 'hash', document });
  expect(documents.recall('{a}')).toBeUndefined();
});

it('forgets what was not asked for longest when the texts have become too long', async () => {
  const documents = new KnownDocuments();
  const [first, second, third] = ['a', 'b', 'c'].map((name) => textOf(name, 400_000)) as [
    string,
    string,
    string,
  ];
  await documents.set('1', parse(first));
  await documents.set('2', parse(second));
  documents.recall(first);
  await documents.set('3', parse(third));
  expect(documents.recall(second)).toBeUndefined();
  expect(await documents.get('2')).toBeUndefined();
  expect(documents.recall(first)?.source).toBe(first);
  expect(documents.recall(third)?.source).toBe(third);
});

it('counts a document that is set again, or was deleted, no more than once', async () => {
  const documents = new KnownDocuments();
  const [first, second] = [textOf('a', 600_000), textOf('b', 300_000)];
  for (let time = 0; time < 3; time++) await documents.set('1', parse(first));
  await documents.set('2', parse(second));
  expect(documents.recall(first)?.source).toBe(first);
  expect(await documents.delete('1')).toBe(true);
  expect(await documents.delete('1')).toBe(false);
  expect(documents.recall(first)).toBeUndefined();
  await documents.set('3', parse(textOf('c', 600_000)));
  expect(documents.recall(second)?.source).toBe(second);
});
