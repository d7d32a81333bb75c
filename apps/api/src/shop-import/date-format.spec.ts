import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateReader, readIsoDate } from './date-format.js';
import { ImportMappingInvalid } from './errors.js';

const iso = (moment: number | undefined) =>
  moment === undefined ? undefined : new Date(moment).toISOString();

describe('readIsoDate', () => {
  it.each([
    ['2016-11-08', '2016-11-08T00:00:00.000Z'],
    ['2016-11-08 14:30', '2016-11-08T14:30:00.000Z'],
    ['2024-09-17 00:00:00.000', '2024-09-17T00:00:00.000Z'],
    ['2016-11-08T14:30:05.2567', '2016-11-08T14:30:05.256Z'],
    ['2016-11-08T14:30:05+01:00', '2016-11-08T13:30:05.000Z'],
    ['2016-11-08T23:30:05-0330', '2016-11-09T03:00:05.000Z'],
    ['2016-02-29', '2016-02-29T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(iso(readIsoDate(text))).toBe(expected);
  });

  it.each([
    '',
    '2015-02-29',
    '2016-13-01',
    '2016-00-10',
    '2016-11-31',
    '2016-11-08T24:00',
    '08-11-2016',
    '2016-1-8',
    '0000-01-01',
  ])('refuses %j', (text) => {
    expect(readIsoDate(text)).toBeUndefined();
  });

  it('reads back what toISOString writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => readIsoDate(date.toISOString()) === date.getTime(),
      ),
    );
  });
});

describe('dateReader', () => {
  it.each([
    ['dd-MM-yyyy', '08-04-1966', '1966-04-08T00:00:00.000Z'],
    ['M/d/yyyy h:mm a', '4/8/2016 12:05 AM', '2016-04-08T00:05:00.000Z'],
    ['M/d/yyyy h:mm a', '4/8/2016 12:05 pm', '2016-04-08T12:05:00.000Z'],
    ['d. MMMM yyyy', '3. March 2019', '2019-03-03T00:00:00.000Z'],
    ['dd MMM yy', '03 Dec 98', '1998-12-03T00:00:00.000Z'],
    ["yyyyMMdd'T'HH:mm:ss", '20190303T23:01:09', '2019-03-03T23:01:09.000Z'],
    ['yyyy/MM/dd HH:mm:ss.SSSXXX', '2019/03/03 01:00:00.500+02:00', '2019-03-02T23:00:00.500Z'],
  ])('reads %s', (pattern, text, expected) => {
    expect(iso(dateReader(pattern)(text))).toBe(expected);
  });

  it.each([
    ['dd-MM-yyyy', '31-02-2016'],
    ['dd-MM-yyyy', '1-2-2016'],
    ['dd-MM-yyyy', '01-02-2016 '],
    ['M/d/yyyy h:mm a', '4/8/2016 13:05 PM'],
    ['dd MMM yyyy', '03 Foo 1998'],
    ['dd.MM.yyyy', '03-12-1998'],
  ])('by %s refuses %j', (pattern, text) => {
    expect(dateReader(pattern)(text)).toBeUndefined();
  });

  it.each(['MM-yyyy', 'dd-MM', 'dd-MM-yyyy QQ', 'DD-MM-YYYY'])(
    'refuses the pattern %s and says why',
    (pattern) => {
      expect(() => dateReader(pattern)).toThrow(ImportMappingInvalid);
    },
  );
});
