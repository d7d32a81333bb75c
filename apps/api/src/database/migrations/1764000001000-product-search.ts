/** Creates product search: a weighted document for each product, and the vocabulary that misspelt words are matched with. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const extensions = `
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE EXTENSION IF NOT EXISTS unaccent;
`;

/** English stems, with accents taken off first, so that "legere" finds "Légère". */
const textSearch = `
  CREATE TEXT SEARCH CONFIGURATION storefront (COPY = english);
  ALTER TEXT SEARCH CONFIGURATION storefront
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
`;

const vocabulary = `
  CREATE TABLE search_words (
    word text PRIMARY KEY
  );
  CREATE INDEX search_words_trigrams ON search_words USING gin (word gin_trgm_ops);

  -- The usual threshold of 0.3 misses swapped letters in short words: "chiar" and "chair" share two trigrams of ten.
  CREATE FUNCTION similar_search_words(asked text) RETURNS SETOF text LANGUAGE sql STABLE
    SET pg_trgm.similarity_threshold = 0.15 AS $body$
      SELECT word FROM search_words
       WHERE word % asked ORDER BY similarity(word, asked) DESC, word LIMIT 50
    $body$;
`;

/**
 * The document is kept by triggers, not by a generated column, because it holds the category's name as well.
 * Words are only ever added: a word that no product has any more suggests nothing, since its match is empty.
 */
const triggers = `
  -- The parser would keep "Maple/Graphite" as a path, "4.7GB" as a host and "EPK-21" as a number; queries are plain words.
  -- Spelt out by code points, because a database of locale C takes every character beyond ASCII for a letter.
  CREATE FUNCTION spaced_words(value text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN regexp_replace(value, '[!-/:-@[-\`{-~\\u00A0-\\u00A9\\u00AB-\\u00B1\\u00B4\\u00B6-\\u00B8\\u00BB\\u00BF\\u00D7\\u00F7\\u2000-\\u206F\\u20A0-\\u2BFF\\u3000-\\u303F]+', ' ', 'g');

  CREATE FUNCTION product_search_document() RETURNS trigger LANGUAGE plpgsql AS $body$
  DECLARE
    category_name text;
  BEGIN
    SELECT concat_ws(' ', c.name, parent.name) INTO category_name
      FROM categories c
      LEFT JOIN categories parent ON parent.id = c.parent_id
     WHERE c.id = NEW.category_id;
    NEW.search_document :=
      setweight(to_tsvector('storefront', spaced_words(NEW.name)), 'A') ||
      setweight(to_tsvector('simple', spaced_words(NEW.sku)), 'A') ||
      setweight(to_tsvector('storefront', spaced_words(coalesce(category_name, ''))), 'B') ||
      setweight(to_tsvector('storefront', spaced_words(NEW.description)), 'C');
    INSERT INTO search_words (word)
      SELECT DISTINCT word
        FROM unnest(tsvector_to_array(
               to_tsvector('simple', spaced_words(unaccent(NEW.name || ' ' || coalesce(category_name, '')))))) AS word
       WHERE length(word) >= 3 AND word !~ '[0-9]'
       ORDER BY word
      ON CONFLICT DO NOTHING;
    RETURN NEW;
  END
  $body$;
  CREATE TRIGGER product_search_document
    BEFORE INSERT OR UPDATE OF name, sku, description, category_id ON products
    FOR EACH ROW EXECUTE FUNCTION product_search_document();

  CREATE FUNCTION category_search_documents() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    UPDATE products SET name = name
     WHERE category_id = NEW.id
        OR category_id IN (SELECT id FROM categories WHERE parent_id = NEW.id);
    RETURN NULL;
  END
  $body$;
  CREATE TRIGGER category_search_documents
    AFTER UPDATE OF name, parent_id ON categories
    FOR EACH ROW EXECUTE FUNCTION category_search_documents();
`;

export class ProductSearch1764000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [extensions, textSearch, vocabulary, triggers]) await runner.query(part);
    await runner.query('UPDATE products SET name = name');
  }

  /** The extensions stay: other schemas of the database may use them by now. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER category_search_documents ON categories;
      DROP TRIGGER product_search_document ON products;
      DROP FUNCTION category_search_documents();
      DROP FUNCTION product_search_document();
      DROP FUNCTION spaced_words(text);
      DROP FUNCTION similar_search_words(text);
      DROP TABLE search_words;
      DROP TEXT SEARCH CONFIGURATION storefront;
    `);
  }
}
