import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPkcs11, type Pkcs11Options } from '../../src/signers/pkcs11.ts';
import { credentialFor, expectGoodKey, failure, signRequest } from '../support/signers.ts';
import { needSoftHsm, PIN, SOFTHSM_MODULE, SoftHsm } from '../support/softhsm.ts';
import { findTool, start } from '../support/tools.ts';

const ready = needSoftHsm();
const hsm = new SoftHsm();
const twin = new SoftHsm('-CKM_RSA_PKCS_PSS,CKM_SHA256_RSA_PKCS_PSS,CKM_SHA384_RSA_PKCS_PSS,CKM_SHA512_RSA_PKCS_PSS');
const SECRET = 'sesame-4711';

beforeAll(() => {
  if (!ready) return;
  hsm.addToken();
  hsm.addKey('EC:prime256v1', 'one', '01');
  hsm.addKey('EC:prime256v1', 'two', '02');
  hsm.addKey('EC:secp384r1', 'two', '03');
  // As tpm2_ptool stores --id=01: two characters.
  hsm.addKey('EC:prime256v1', 'three', '3031');
  hsm.addToken({ label: 'other token', pin: SECRET });
  hsm.addKey('EC:prime256v1', 'one', '01', [], { label: 'other token', pin: SECRET });
  twin.addToken();
  twin.addKey('rsa:2048', 'no PSS', '01');
});

const env = { env: hsm.env };

function open(key: string, query: string = `pin-value=${PIN}`, options: Pkcs11Options = env) {
  return openPkcs11(hsm.uri(key, query), options);
}

describe.skipIf(!ready)('what is not there', () => {
  it('is a module: its path is told', async () => {
    const uri = 'pkcs11:?module-path=/nonexistent/lib.so';
    for (const route of ['p11-kit', 'pkcs11js'] as const) {
      expect((await failure('ERR_TLS_KEY_MODULE', openPkcs11(uri, { route }))).message).toContain(
        '/nonexistent/lib.so',
      );
    }
    const named = await failure('ERR_TLS_KEY_MODULE', openPkcs11('pkcs11:?module-name=nonexistent'));
    expect(named.message).toContain('is called nonexistent');
  });

  it('is a module that is none: how to see why is told', async () => {
    const file = path.join(hsm.folder, 'text.so');
    writeFileSync(file, 'hello');
    const error = await failure('ERR_TLS_KEY_MODULE', openPkcs11('pkcs11:', { module: file }));
    expect(error.message).toContain(`remote ${file}`);
    expect(error.remedy).not.toBe('');
  });

  it('is the program, or the server', async () => {
    const error = await failure('ERR_TLS_KEY_MODULE', open('id=%01', undefined, { program: 'no-such-program' }));
    expect(error.message).toContain('no-such-program could not be started');
    const socket = path.join(hsm.folder, 'nobody');
    expect((await failure('ERR_TLS_KEY_MODULE', open('id=%01', undefined, { socket }))).message).toContain(socket);
  });

  it('is a token: those that are there are told', async () => {
    const error = await failure('ERR_TLS_KEY_TOKEN', openPkcs11(hsm.uri('id=%01', '', 'gone'), env));
    expect(error.message).toContain('token="gone"');
    expect(error.message).toContain('token="iot token"');
    for (const part of [
      'serial=1',
      'model=x',
      'manufacturer=y',
      'slot-id=7',
      'slot-description=z',
      'library-version=9',
    ]) {
      await failure('ERR_TLS_KEY_TOKEN', openPkcs11(`pkcs11:${part}?module-path=${SOFTHSM_MODULE}`, env));
    }
  });

  it('is a key: those that are there are told, in the form that the URI wants', async () => {
    const error = await failure('ERR_TLS_KEY_NOT_FOUND', open('object=four'));
    expect(error.message).toContain('"one" id=%01');
    expect(error.message).toContain('"three" id=%30%31');
    await failure('ERR_TLS_KEY_NOT_FOUND', open('object=one;id=%02'));
  });
});

describe.skipIf(!ready)('more than one', () => {
  it('key is told apart by label and id', async () => {
    const error = await failure('ERR_TLS_KEY_AMBIGUOUS', open('object=two'));
    expect(error.message).toContain('id=%02');
    expect(error.message).toContain('id=%03');
    const { key, close } = await open('object=two;id=%03');
    expect(key.schemes).toEqual(['ecdsa_secp384r1_sha384']);
    await close();
  });

  it('token is told apart by label and serial, and no PIN is tried before', async () => {
    const error = await failure(
      'ERR_TLS_KEY_AMBIGUOUS',
      openPkcs11(`pkcs11:id=%01?module-path=${SOFTHSM_MODULE}`, env),
    );
    expect(error.message).toMatch(/token="iot token" serial="\w+"/);
    const serial = /token="other token" serial="(\w+)"/.exec(error.message)![1];
    const uri = `pkcs11:serial=${serial}?module-path=${SOFTHSM_MODULE}&pin-value=${SECRET}`;
    const { key, name, close } = await openPkcs11(uri, env);
    expect(name).toContain('"other token"');
    await expectGoodKey(key);
    await close();
  });
});

describe.skipIf(!ready)('the PIN', () => {
  it('is wrong, or missing, and in no error', async () => {
    for (const route of ['p11-kit', 'pkcs11js'] as const) {
      if (route === 'pkcs11js') Object.assign(process.env, hsm.env);
      await failure('ERR_TLS_KEY_PIN_WRONG', open('id=%01', `pin-value=${SECRET}`, { ...env, route }), [SECRET]).catch(
        (error) => {
          // Without the optional package that is what comes first.
          if (route !== 'pkcs11js' || !String(error).includes('ERR_TLS_KEY_MODULE')) throw error;
        },
      );
    }
    expect((await failure('ERR_TLS_KEY_PIN_MISSING', open('id=%01', ''))).message).toContain('token "iot token"');
  });

  it('comes from an option, a function, a file or the environment', async () => {
    const file = path.join(hsm.folder, 'pin.txt');
    writeFileSync(file, `${PIN}\n`);
    process.env.SIGNET_TEST_PIN = PIN;
    const asked: string[] = [];
    const ask = async (what: string): Promise<string> => {
      asked.push(what);
      return PIN;
    };
    const ways: [string, Pkcs11Options][] = [
      ['', { pin: PIN }],
      ['pin-value=wrong', { pin: new TextEncoder().encode(PIN) }],
      ['', { pin: ask }],
      [`pin-source=${file}`, {}],
      [`pin-source=file:${file}`, {}],
      [`pin-source=file://${file}`, {}],
      ['pin-source=env:SIGNET_TEST_PIN', {}],
    ];
    for (const [query, options] of ways) await (await open('id=%01', query, { ...env, ...options })).close();
    expect(asked).toEqual(['PIN of token "iot token"']);
  });

  it('has a source that is not there, or that is none', async () => {
    const cases: [string, string][] = [
      ['pin-source=/nonexistent/pin', 'cannot be read (ENOENT)'],
      ['pin-source=env:SIGNET_NO_SUCH_PIN', 'no variable SIGNET_NO_SUCH_PIN'],
      ['pin-source=|/bin/echo', 'may not start a program'],
      ['pin-source=pin.txt', 'no absolute path'],
      ['pin-source=file://elsewhere/pin', 'no file on this machine'],
    ];
    for (const [query, words] of cases) {
      expect((await failure('ERR_TLS_KEY_PIN_MISSING', open('id=%01', query))).message).toContain(words);
    }
    const pin = (): string => {
      throw new Error(SECRET);
    };
    await failure('ERR_TLS_KEY_PIN_MISSING', open('id=%01', '', { ...env, pin }));
  });
});

describe.skipIf(!ready)('a key', () => {
  it('signs with PSS by raw RSA where the token has no PSS', async () => {
    const { key, close } = await openPkcs11(twin.uri('id=%01'), { env: twin.env });
    expect(key.schemes[0]).toBe('rsa_pss_rsae_sha256');
    await expectGoodKey(key);
    await close();
  });

  it('that was closed says so', async () => {
    const { key, close } = await open('id=%01');
    await close();
    await failure('ERR_TLS_KEY_CLOSED', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256'))));
  });

  it('and the certificate of another do not go together', async () => {
    const [one, two] = [await open('id=%01'), await open('id=%02')];
    const { chain } = credentialFor(one.key, 'server');
    const { credential } = await import('../../src/config/credentials.ts');
    const attempt = (async () => credential({ chain, key: two.key }))();
    expect((await failure('ERR_TLS_KEY_MISMATCH', attempt)).message).toContain('localhost');
    await Promise.all([one.close(), two.close()]);
  });
});

describe.skipIf(!ready)('a running p11-kit server', () => {
  it('leads to the key through its socket', async () => {
    const socket = path.join(hsm.folder, 'p11');
    const filter = 'pkcs11:token=iot%20token';
    const args = ['server', '--foreground', '--name', socket, '--provider', SOFTHSM_MODULE, filter];
    const server = start(findTool('p11-kit')!.path, args, { env: { ...process.env, ...hsm.env } });
    await server.says(/P11_KIT_SERVER_ADDRESS/);
    const { key, close } = await openPkcs11('pkcs11:token=iot%20token;id=%01', { socket, pin: PIN });
    await expectGoodKey(key);
    await close();
    process.env.P11_KIT_SERVER_ADDRESS = `unix:path=${socket}`;
    const byAddress = await openPkcs11('pkcs11:token=iot%20token;id=%02', { pin: PIN });
    expect(byAddress.name).toContain('"two"');
    await byAddress.close();
    delete process.env.P11_KIT_SERVER_ADDRESS;
    await server.stop();
  });
});
