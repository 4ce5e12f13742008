import { describe, expect, it } from 'vitest';
import { isTlsError } from '../../src/errors/index.ts';
import { openPkcs11, parsePkcs11Uri } from '../../src/signers/pkcs11.ts';
import { parseTpm2Uri } from '../../src/signers/tpm2/uri.ts';
import { failure } from '../support/signers.ts';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isTlsError(error) && error.code === 'ERR_TLS_KEY_ADDRESS') return error.message;
    throw error;
  }
  return '';
}

describe('a PKCS#11 URI', () => {
  it('is read with all its attributes', () => {
    const uri =
      'pkcs11:token=My%20token;manufacturer=Snake%20Oil%2c%20Inc.;serial=DECC0401648;model=1.0;library-manufacturer=SO' +
      ';library-description=Soft%20Token%20Library;library-version=1.23;object=my-sign-key;type=private;id=%69%95%3E%5C' +
      ';slot-manufacturer=maker;slot-description=slot%2f1;slot-id=327;x-vendor=a;x-vendor=%C3%BC' +
      '?pin-source=file:/etc/token_pin&module-name=softhsm2&module-path=/usr/lib/x.so&x-query=1';
    expect(parsePkcs11Uri(uri)).toEqual({
      token: 'My token',
      manufacturer: 'Snake Oil, Inc.',
      serial: 'DECC0401648',
      model: '1.0',
      libraryManufacturer: 'SO',
      libraryDescription: 'Soft Token Library',
      libraryVersion: '1.23',
      object: 'my-sign-key',
      type: 'private',
      id: new Uint8Array([0x69, 0x95, 0x3e, 0x5c]),
      slotManufacturer: 'maker',
      slotDescription: 'slot/1',
      slotId: 327,
      pinSource: 'file:/etc/token_pin',
      moduleName: 'softhsm2',
      modulePath: '/usr/lib/x.so',
      vendor: { 'x-vendor': ['a', 'ü'], 'x-query': ['1'] },
    });
  });

  it.each([
    ['pkcs11:', {}],
    ['PKCS11:object=a', { object: 'a' }],
    ['pkcs11:id=%00%ff', { id: new Uint8Array([0, 255]) }],
    ['pkcs11:id=01', { id: new Uint8Array([0x30, 0x31]) }],
    ['pkcs11:?pin-value=a%26b', { pinValue: 'a&b' }],
    ["pkcs11:object=:[]@!$'()*+,=&", { object: ":[]@!$'()*+,=&" }],
  ])('may be %s', (uri, parts) => {
    expect(parsePkcs11Uri(uri)).toEqual({ ...parts, vendor: {} });
  });

  it.each([
    ['', 'begin with'],
    ['pkcs12:token=a', 'begin with'],
    ['pkcs11:token', 'form name=value'],
    ['pkcs11:=a', 'form name=value'],
    ['pkcs11:token=a;', 'form name=value'],
    ['pkcs11:token=a;;object=b', 'form name=value'],
    ['pkcs11:to ken=a', 'form name=value'],
    ['pkcs11:?', 'form name=value'],
    ['pkcs11:token=a;token=b', 'token is given twice'],
    ['pkcs11:id=%01;id=%01', 'id is given twice'],
    ['pkcs11:?pin-value=a&pin-value=b', 'pin-value is given twice'],
    ['pkcs11:token=a b', 'percent-encoded'],
    ['pkcs11:token=a/b', 'percent-encoded'],
    ['pkcs11:token=ü', 'percent-encoded'],
    ['pkcs11:token=a#b', 'percent-encoded'],
    ['pkcs11:token=%4', 'two hex digits'],
    ['pkcs11:id=%zz', 'two hex digits'],
    ['pkcs11:token=%ff', 'not UTF-8'],
    ['pkcs11:type=key', 'type is one of'],
    ['pkcs11:slot-id=-1', 'slot-id'],
    ['pkcs11:slot-id=99999999999999999999', 'slot-id'],
    ['pkcs11:library-version=1.x', 'library-version'],
    ['pkcs11:pin-value=1', 'behind the question mark'],
    ['pkcs11:?token=1', 'before the question mark'],
    ['pkcs11:?pin-value=1&pin-source=/x', 'not both'],
  ])('may not be %s', (uri, words) => {
    expect(refusal(() => parsePkcs11Uri(uri))).toContain(words);
  });

  it('keeps PINs out of its errors', () => {
    for (const uri of ['pkcs11:?pin-value=sec ret', 'pkcs11:?pin-value=secret%', 'pkcs11:?pin-value=secret%ff']) {
      expect(refusal(() => parsePkcs11Uri(uri))).not.toContain('sec');
    }
  });

  it('names a private key, if it names a type', async () => {
    for (const type of ['cert', 'public', 'data', 'secret-key']) {
      const error = await failure('ERR_TLS_KEY_ADDRESS', openPkcs11(`pkcs11:type=${type}`));
      expect(error.message).toContain(`type=${type} is no private key`);
    }
  });
});

describe('a TPM URI', () => {
  it('has a handle or a file, and says how to get there', () => {
    expect(parseTpm2Uri('tpm2:0x81010001')).toEqual({ handle: 0x81010001 });
    expect(parseTpm2Uri('tpm2:/etc/my%20key.pem?tpm=swtpm:host=127.0.0.1,port=2321&password-source=env:PW')).toEqual({
      file: '/etc/my key.pem',
      tpm: 'swtpm:host=127.0.0.1,port=2321',
      passwordSource: 'env:PW',
    });
  });

  it.each([
    ['tpm2:', 'missing'],
    ['tpm2:?tpm=/dev/tpm0', 'missing'],
    ['tpm2:0x81010001?colour=red', 'behind the question mark'],
    ['tpm2:0x81010001?tpm=a&tpm=b', 'twice'],
    ['tpm2:0x81010001?tpm=%', 'hex digits'],
    ['tpm2:0x81010001?password-value=secret&password-source=/x', 'not both'],
  ])('may not be %s', (uri, words) => {
    expect(refusal(() => parseTpm2Uri(uri))).toContain(words);
    expect(refusal(() => parseTpm2Uri(uri))).not.toContain('secret');
  });
});
