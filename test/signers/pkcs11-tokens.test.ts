import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/index.ts';
import { type OpenedKey, openPkcs11, type Pkcs11Options } from '../../src/signers/pkcs11.ts';
import { P11StandIn, Refusal, type StandInObject, type StandInToken } from '../support/p11-standin.ts';
import {
  certificateFor,
  expectGoodKey,
  expectHandshakes,
  failure,
  serverPair,
  signRequest,
} from '../support/signers.ts';

const PIN = '90210';
const P256 = fromHex('06082a8648ce3d030107');
const CKA = { label: 3, keyType: 0x100, id: 0x102, decrypt: 0x105, sign: 0x108, modulus: 0x120, exponent: 0x122 };
const [PARAMS, POINT, ALWAYS, ALLOWED, VALUE] = [0x180, 0x181, 0x202, 0x40000600, 0x11];
const CKR = { deviceError: 0x30, removed: 0x32, pinLocked: 0xa4, sessionHandle: 0xb3, general: 5 };
const CKM = {
  rsa: 1,
  raw: 3,
  pss: 0xd,
  sha256Rsa: 0x40,
  sha256Pss: 0x43,
  ecdsa: 0x1041,
  ecdsaSha256: 0x1044,
  eddsa: 0x1057,
};

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');

function rawPoint(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(-65));
}

function number(key: KeyObject, part: 'n' | 'e'): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' })[part]!, 'base64url'));
}

const named = (label: string, id: string): StandInObject['attributes'] => ({
  [CKA.label]: new TextEncoder().encode(label),
  [CKA.id]: fromHex(id),
});

function ecObject(label: string = 'device', id: string = '01', more: StandInObject['attributes'] = {}): StandInObject {
  const attributes = {
    ...named(label, id),
    [CKA.keyType]: 3,
    [PARAMS]: P256,
    [POINT]: rawPoint(ec.publicKey),
    ...more,
  };
  return { key: ec.privateKey, attributes };
}

function rsaObject(more: StandInObject['attributes'] = {}): StandInObject {
  const [n, e] = [number(rsa.publicKey, 'n'), number(rsa.publicKey, 'e')];
  const own = { [CKA.keyType]: 0, [CKA.modulus]: n, [CKA.exponent]: e, [CKA.decrypt]: true, [CKA.sign]: true };
  return { key: rsa.privateKey, attributes: { ...named('device', '01'), ...own, ...more } };
}

function edObject(parameters: Uint8Array): StandInObject {
  const raw = new Uint8Array(ed.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  const point = new Uint8Array([4, 32, ...raw]);
  const attributes = { ...named('device', '01'), [CKA.keyType]: 0x40, [PARAMS]: parameters, [POINT]: point };
  return { key: ed.privateKey, attributes };
}

function token(objects: StandInObject[], mechanisms: number[], more: Partial<StandInToken> = {}): StandInToken {
  return { label: 'iot', pin: PIN, objects, mechanisms, ...more };
}

/** With ECDSA that hashes by itself: the stand-in cannot sign digests. */
const ecToken = (objects: StandInObject[] = [ecObject()], more: Partial<StandInToken> = {}): StandInToken =>
  token(objects, [CKM.ecdsaSha256], more);

const opened: OpenedKey[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(standIn: P11StandIn, options: Pkcs11Options = {}, uri: string = 'pkcs11:'): Promise<OpenedKey> {
  const one = await openPkcs11(uri, { socket: standIn.socket, pin: PIN, ...options });
  opened.push(one);
  return one;
}

describe('attributes as tokens have them', () => {
  it('reads a point without its wrapping, and does without what the module will not tell', async () => {
    // Like cryptoauthlib: several attributes end in CKR_ARGUMENTS_BAD, and no login is wanted.
    const standIn = new P11StandIn([ecToken([ecObject()], { flags: 0x400 })]);
    const { key } = await open(standIn);
    await expectGoodKey(key);
    expect(standIn.pins).toEqual([]);
  });

  it.each([
    ['as the name edwards25519', '130c656477617264733235353139'],
    ['as an object identifier', '06032b6570'],
  ])('knows Ed25519 %s', async (_, parameters) => {
    const { key } = await open(new P11StandIn([token([edObject(fromHex(parameters))], [CKM.eddsa])]));
    expect(key.schemes).toEqual(['ed25519']);
    await expectGoodKey(key);
  });

  it('finds the public half in the public key object, else in the certificate', async () => {
    const { [POINT]: point, ...rest } = ecObject().attributes;
    const withObject = [
      { key: ec.privateKey, attributes: rest },
      { class: 2, key: ec.publicKey, attributes: { ...named('device', '01'), [POINT]: point! } },
    ];
    expect((await open(new P11StandIn([ecToken(withObject)]))).key.publicKey).toBeDefined();
    const der = certificateFor(rsa.publicKey);
    const { [CKA.modulus]: _, [CKA.exponent]: __, ...silent } = rsaObject().attributes;
    const certificate = { class: 1, key: rsa.publicKey, attributes: { ...named('device', '01'), [VALUE]: der } };
    const tokens = [token([{ key: rsa.privateKey, attributes: silent }, certificate], [CKM.raw])];
    const one = await open(new P11StandIn(tokens));
    expect(one.cert).toEqual(der);
    expect(one.key.publicKey).toBeUndefined();
    expect(one.key.schemes).toContain('rsa_pss_rsae_sha256');
  });

  it('refuses keys that cannot sign, each in its own words', async () => {
    const cases: [StandInObject, number[], string][] = [
      [ecObject('device', '01', { [CKA.sign]: false }), [CKM.ecdsa], 'CKA_SIGN is false'],
      [ecObject(), [0x1050], 'no mechanism'],
      [ecObject('device', '01', { [ALLOWED]: [CKM.ecdsa] }), [CKM.ecdsaSha256], 'CKA_ALLOWED_MECHANISMS'],
      [ecObject('device', '01', { [PARAMS]: fromHex('06052b8104000a') }), [CKM.ecdsa], 'on a curve'],
      [ecObject('device', '01', { [CKA.keyType]: 1 }), [CKM.ecdsa], 'of a kind'],
    ];
    for (const [object, mechanisms, words] of cases) {
      const error = await failure('ERR_TLS_KEY_UNSUPPORTED', open(new P11StandIn([token([object], mechanisms)])));
      expect(error.message).toContain(words);
      expect(error.message).toContain('"device"');
    }
  });
});

describe('RSA with the mechanisms that there are', () => {
  it('pads for PSS itself where the token has raw RSA alone, and decrypts raw', async () => {
    const { key } = await open(new P11StandIn([token([rsaObject()], [CKM.raw])]));
    expect(key.schemes).toHaveLength(6);
    expect(key.rsaDecrypt?.padding).toBe('none');
    await expectGoodKey(key);
  });

  it('leaves TLS 1.3 out where there is no way to PSS', async () => {
    const { key } = await open(new P11StandIn([token([rsaObject()], [CKM.sha256Rsa])]));
    expect(key.schemes).toEqual(['rsa_pkcs1_sha256']);
    expect(await expectHandshakes(key)).toEqual(['TLSv1.2']);
  });

  it('has the token hash where it does nothing else', async () => {
    const { key } = await open(new P11StandIn([token([rsaObject()], [CKM.sha256Pss])]));
    expect(key.schemes).toEqual(['rsa_pss_rsae_sha256']);
    await expectGoodKey(key);
  });

  it('puts back the zeros that a token leaves out', async () => {
    const standIn = new P11StandIn([token([rsaObject()], [CKM.raw])]);
    const { sign } = standIn;
    standIn.sign = (...args) => {
      const whole = sign(...args);
      return whole[0] === 0 ? whole.slice(1) : whole;
    };
    const { key } = await open(standIn);
    for (let i = 0; i < 300; i++) {
      expect(await key.sign(signRequest('rsa_pss_rsae_sha256', new Uint8Array([i])))).toHaveLength(256);
    }
  });

  it('says which scheme a key was asked for in vain', async () => {
    const { key } = await open(new P11StandIn([ecToken()]));
    const error = await failure('ERR_TLS_KEY_SCHEME', Promise.resolve(key.sign(signRequest('ed25519'))));
    expect(error.message).toContain('ecdsa_secp256r1_sha256, not with ed25519');
  });
});

describe('the PIN', () => {
  it('is never tried again once it was wrong, however many ask', async () => {
    const standIn = new P11StandIn([ecToken()]);
    const error = await failure('ERR_TLS_KEY_PIN_WRONG', open(standIn, { pin: 'wrong-pin' }), ['wrong-pin']);
    expect(error.message).toContain('token "iot"');
    expect(standIn.pins).toEqual(['wrong-pin']);
    const { key } = await open(standIn, { sessions: 4 });
    standIn.pins.length = 0;
    standIn.tokens[0]!.pin = 'changed';
    standIn.hangUp();
    const asked = Array.from({ length: 8 }, () =>
      failure('ERR_TLS_KEY_PIN_WRONG', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256')))),
    );
    await Promise.all(asked);
    expect(standIn.pins).toEqual([PIN]);
  });

  it('is never tried again at a key that wants it for each signature', async () => {
    const standIn = new P11StandIn([ecToken([ecObject('device', '01', { [ALWAYS]: true })])]);
    const { key } = await open(standIn);
    await key.sign(signRequest('ecdsa_secp256r1_sha256'));
    expect(standIn.pins).toEqual([PIN, PIN]);
    standIn.tokens[0]!.pin = 'changed';
    for (let i = 0; i < 3; i++) {
      await failure('ERR_TLS_KEY_PIN_WRONG', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256'))), [PIN]);
    }
    expect(standIn.pins).toEqual([PIN, PIN, PIN]);
  });

  it('is never tried by several at once at such a key', async () => {
    const standIn = new P11StandIn([ecToken([ecObject('device', '01', { [ALWAYS]: true })])]);
    const { key } = await open(standIn, { sessions: 4 });
    const sign = () => Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256')));
    await Promise.all([sign(), sign(), sign(), sign()]);
    standIn.tokens[0]!.pin = 'changed';
    standIn.pins.length = 0;
    await Promise.all(Array.from({ length: 8 }, () => failure('ERR_TLS_KEY_PIN_WRONG', sign())));
    expect(standIn.pins).toEqual([PIN]);
  });

  it('is not tried where the token is locked, and its being locked is told', async () => {
    const locked = new P11StandIn([ecToken([ecObject()], { flags: 0x400 | 4 | 0x40000 })]);
    await failure('ERR_TLS_KEY_PIN_LOCKED', open(locked), [PIN]);
    expect(locked.pins).toEqual([]);
    const standIn = new P11StandIn([ecToken()]);
    standIn.before = (name) => {
      if (name === 'C_Login') throw new Refusal(CKR.pinLocked);
    };
    await failure('ERR_TLS_KEY_PIN_LOCKED', open(standIn), [PIN]);
  });

  it('is entered at the token where that has keys of its own', async () => {
    const standIn = new P11StandIn([token([ecObject()], [CKM.ecdsaSha256], { flags: 0x400 | 4 | 0x100, pin: null })]);
    const one = await openPkcs11('pkcs11:', { socket: standIn.socket });
    opened.push(one);
    expect(standIn.pins).toEqual(['null']);
  });

  it('may be entered already, by somebody else in the same process', async () => {
    const standIn = new P11StandIn([ecToken()]);
    standIn.before = (name) => {
      if (name === 'C_Login') throw new Refusal(0x100);
    };
    await expectGoodKey((await open(standIn)).key);
  });
});

describe('a token that cannot be read', () => {
  it('hides no other, and is told where it might have been the one', async () => {
    const standIn = new P11StandIn([ecToken(), ecToken([ecObject()], { label: 'second' })]);
    let count = 0;
    standIn.before = (name) => {
      if (name === 'C_GetTokenInfo' && count++ % 2 === 0) throw new Refusal(CKR.general);
    };
    await expectGoodKey((await open(standIn, {}, 'pkcs11:token=second')).key);
    const error = await failure('ERR_TLS_KEY_DEVICE', open(standIn, {}, 'pkcs11:token=iot'));
    expect(error.message).toContain('CKR_GENERAL_ERROR');
  });
});

describe('a token that goes and comes back', () => {
  it.each([
    ['removed', CKR.removed],
    ['with its sessions gone', CKR.sessionHandle],
    ['failing once', CKR.deviceError],
    ['logged out', 0x101],
    ['left with an operation half done', 0x90],
    ['left with a result that found no room', 0x150],
  ])('signs on when it was %s', async (_, rv) => {
    const standIn = new P11StandIn([ecToken()]);
    const { key } = await open(standIn);
    let left = 1;
    standIn.before = (name) => {
      if (name === 'C_SignInit' && left-- > 0) throw new Refusal(rv);
    };
    await expectHandshakes(key);
  });

  it('is named while it is away', async () => {
    const standIn = new P11StandIn([ecToken()]);
    const { key } = await open(standIn, {}, 'pkcs11:token=iot');
    const tokens = standIn.tokens.splice(0);
    standIn.hangUp();
    const error = await failure('ERR_TLS_KEY_TOKEN', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256'))));
    expect(error.message).toContain('token="iot"');
    standIn.tokens = tokens;
    await expectHandshakes(key);
  });

  it('fails a signature that fails twice, and no other', async () => {
    const standIn = new P11StandIn([ecToken()]);
    const { key } = await open(standIn);
    standIn.before = (name) => {
      if (name === 'C_Sign') throw new Refusal(CKR.deviceError);
    };
    const error = await failure('ERR_TLS_KEY_DEVICE', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256'))));
    expect(error.message).toContain('C_Sign returned CKR_DEVICE_ERROR (0x30)');
    standIn.before = () => {};
    await expectHandshakes(key);
  });
});

describe('a token that never answers', () => {
  it('ends in an error that says so, and is asked anew by the next signature', async () => {
    const standIn = new P11StandIn([ecToken()]);
    const { key } = await open(standIn, { timeout: 300 });
    standIn.before = (name) => (name === 'C_Sign' ? new Promise(() => {}) : undefined);
    const error = await failure(
      'ERR_TLS_KEY_TIMEOUT',
      Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256'))),
    );
    expect(error.message).toContain('within 300 ms');
    standIn.before = () => {};
    await expectHandshakes(key);
  });

  it('is not waited for while it is opened', async () => {
    const standIn = new P11StandIn([ecToken()]);
    standIn.before = (name) => (name === 'C_GetTokenInfo' ? new Promise(() => {}) : undefined);
    await failure('ERR_TLS_KEY_TIMEOUT', open(standIn, { timeout: 200 }));
    await expect.poll(() => standIn.connections).toBe(0);
  });

  it('does not keep a caller who gave up, and serves the others in their order', async () => {
    const standIn = new P11StandIn([ecToken()]);
    const { key } = await open(standIn);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    standIn.before = (name) => (name === 'C_Sign' ? held : undefined);
    const stop = new AbortController();
    const first = Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256', undefined, stop.signal)));
    const waiting = new AbortController();
    const second = Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256', undefined, waiting.signal)));
    const third = Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256')));
    stop.abort(new Error('gone'));
    waiting.abort(new Error('gone too'));
    await expect(first).rejects.toThrow('gone');
    await expect(second).rejects.toThrow('gone too');
    release();
    expect((await third).length).toBeGreaterThan(60);
    expect(standIn.calls.filter((name) => name === 'C_Sign')).toHaveLength(2);
  });
});

describe('signatures', () => {
  it('that are wrong never leave: the handshake ends', async () => {
    const standIn = new P11StandIn([ecToken()]);
    const { sign } = standIn;
    standIn.sign = (object, mechanism, input) =>
      sign(
        object,
        mechanism,
        input.map((byte) => byte ^ 1),
      );
    const { key } = await open(standIn);
    const pair = await serverPair(key, 'TLSv1.3').runLater();
    expect(pair.server.error?.code).toBe('ERR_TLS_SIGN_INVALID');
  });

  it('cost one round trip each', async () => {
    const standIn = new P11StandIn([ecToken()]);
    const { key } = await open(standIn);
    standIn.calls.length = 0;
    await key.sign(signRequest('ecdsa_secp256r1_sha256'));
    expect(standIn.calls).toEqual(['C_SignInit', 'C_Sign']);
  });
});
