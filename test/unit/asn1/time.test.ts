import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DerReader, der, TAG, timeText } from '../../../src/asn1/index.ts';
import { fromLatin1 } from '../../../src/bytes/index.ts';
import { codeOf } from '../../support/errors.ts';

const utc = (text: string) => new DerReader(der.element(TAG.UTC_TIME, fromLatin1(text))).time();
const generalized = (text: string) => new DerReader(der.element(TAG.GENERALIZED_TIME, fromLatin1(text))).time();

describe('times', () => {
  it('reads both forms', () => {
    expect(utc('700101000000Z')).toBe(0);
    expect(utc('491231235959Z')).toBe(Date.UTC(2049, 11, 31, 23, 59, 59) / 1000);
    expect(utc('500101000000Z')).toBe(Date.UTC(1950, 0, 1) / 1000);
    expect(utc('000229120000Z')).toBe(Date.UTC(2000, 1, 29, 12) / 1000);
    expect(generalized('99991231235959Z')).toBe(253_402_300_799);
    expect(generalized('20500101000000Z')).toBe(Date.UTC(2050, 0, 1) / 1000);
  });

  it.each([
    '7001010000Z',
    '700101000000',
    '700101000000+0000',
    '700101000000z',
    '700001000000Z',
    '701301000000Z',
    '700100000000Z',
    '700132000000Z',
    '990229000000Z',
    '700431000000Z',
    '700101240000Z',
    '700101006000Z',
    '700101000060Z',
    '7001010000 0Z',
    '70010100000-Z',
  ])('refuses the UTCTime %s', (text) => {
    expect(codeOf(() => utc(text))).toBe('ERR_TLS_DER');
  });

  it.each(['20240101000000.5Z', '20240101000000', '2024010100Z', '21000229000000Z', '-0240101000000Z'])(
    'refuses the GeneralizedTime %s',
    (text) => {
      expect(codeOf(() => generalized(text))).toBe('ERR_TLS_DER');
    },
  );

  it('agrees with Date on every second, forth and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1, 0, 1) / 1000, max: 253_402_300_799 }), (seconds) => {
        expect(timeText(seconds)).toBe(new Date(seconds * 1000).toISOString().replace('.000Z', 'Z').padStart(20, '0'));
        expect(new DerReader(der.time(seconds)).time()).toBe(seconds);
      }),
    );
  });
});
