import { describe, expect, it } from 'vitest';
import { numberReader } from './number-format.js';

describe('numberReader', () => {
  it.each([
    [{ thousands: ',', strip: ['$'] }, '$90,000 ', '90000'],
    [{ thousands: '.', decimal: ',' }, '1.234.567,50', '1234567.5'],
    [{ thousands: ' ', decimal: ',' }, '-1 234,5', '-1234.5'],
    [{ thousands: ',' }, '1,00,000', '100000'],
    [{ percent: true, strip: ['%'] }, '20 %', '0.2'],
    [{ percent: true }, '12.5', '0.125'],
    [{ decimal: ',' }, '7', '7'],
    [{}, '.50', '0.5'],
  ])('by %j reads %j as %s', (format, text, expected) => {
    expect(numberReader(format)(text)).toBe(expected);
  });

  it.each([
    [{}, '1,234'],
    [{ thousands: ',' }, '1,5'],
    [{ thousands: ',' }, ',500'],
    [{ decimal: ',' }, '1,2,3'],
    [{ decimal: ',' }, '1.5'],
    [{ strip: ['$'] }, '$'],
    [{}, 'n/a'],
  ])('by %j refuses %j', (format, text) => {
    expect(numberReader(format)(text)).toBeUndefined();
  });
});
