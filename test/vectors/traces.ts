import {
  createDecipheriv,
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fromHex } from '../../src/bytes/index.ts';

/** The two directions of the two stages that have traffic keys. */
export type Direction = 'clientHandshake' | 'serverHandshake' | 'clientApplication' | 'serverApplication';

/** One example handshake of RFC 8448: TLS_AES_128_GCM_SHA256, every octet as the RFC has it. */
export interface Trace {
  readonly section: number;
  readonly clientPrivateKeys: { readonly x25519: string; readonly secp256r1?: string };
  readonly serverPrivateKeys: { readonly x25519?: string; readonly secp256r1?: string };
  /** Whole records. */
  readonly records: {
    readonly clientHello: string;
    readonly helloRetryRequest?: string;
    readonly secondClientHello?: string;
    readonly serverHello: string;
    /** With the change_cipher_spec before it in compatibility mode; so is the client's. */
    readonly serverFlight: string;
    readonly clientFlight: string;
    readonly newSessionTicket?: string;
    readonly clientData?: string;
    readonly serverData?: string;
    readonly clientCloseNotify: string;
    readonly serverCloseNotify: string;
  };
  readonly applicationData?: string;
  /** What is inside of the server's flight. */
  readonly messages: {
    readonly encryptedExtensions: string;
    readonly certificateRequest?: string;
    readonly certificate: string;
    readonly certificateVerify: string;
    readonly finished: string;
  };
  /** DER. */
  readonly clientCertificate?: string;
  readonly clientSignature?: string;
  readonly secrets: { readonly [S in Direction]: string } & {
    readonly handshake: string;
    readonly derivedForMaster: string;
    readonly exporter: string;
    readonly resumption: string;
    /** Those that few traces print. */
    readonly early?: string;
    readonly derivedForHandshake?: string;
    readonly shared?: string;
    readonly helloHash?: string;
    readonly master?: string;
    readonly ticket?: string;
  };
  /** Traffic key and IV. */
  readonly keys: { readonly [S in Direction]: readonly [string, string] };
}

export type TraceName = 'simple' | 'retry' | 'clientAuthentication' | 'compatibility';

/** RFC 8448, sections 3, 5, 6 and 7. */
export const TRACES: Readonly<Record<TraceName, Trace>> = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'rfc8448.json'), 'utf8'),
);

export const NAMES: readonly TraceName[] = ['simple', 'retry', 'clientAuthentication', 'compatibility'];

/** What is in a plaintext record. */
export function contentOf(record: string): Uint8Array {
  return fromHex(record).subarray(5);
}

/** The (EC)DHE secret, computed by node:crypto from the private keys of both sides. */
export function sharedSecret({ clientPrivateKeys: ours, serverPrivateKeys: theirs }: Trace): Uint8Array {
  if (theirs.x25519 !== undefined) {
    const publicKey = createPublicKey(x25519PrivateKey(theirs.x25519));
    return new Uint8Array(diffieHellman({ privateKey: x25519PrivateKey(ours.x25519), publicKey }));
  }
  const [client, server] = [createECDH('prime256v1'), createECDH('prime256v1')];
  client.setPrivateKey(ours.secp256r1!, 'hex');
  server.setPrivateKey(theirs.secp256r1!, 'hex');
  return new Uint8Array(client.computeSecret(server.getPublicKey()));
}

export function x25519PrivateKey(raw: string): KeyObject {
  const key = Buffer.from(`302e020100300506032b656e04220420${raw}`, 'hex');
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** The content of the first record under these keys, opened by node:crypto; a change_cipher_spec before it is skipped. */
export function openFirst(records: string, [key, iv]: readonly [string, string]): Uint8Array {
  const record = fromHex(records.startsWith('14') ? records.slice(12) : records);
  const decipher = createDecipheriv('aes-128-gcm', fromHex(key), fromHex(iv));
  decipher.setAAD(record.subarray(0, 5));
  decipher.setAuthTag(record.subarray(-16));
  const inner = Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()]);
  return new Uint8Array(inner.subarray(0, -1));
}
