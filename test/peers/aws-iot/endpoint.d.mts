export const ALPN: 'x-amzn-mqtt-ca';

/** Where it listens: `mqtt` is as 8883, `alpn` as 443; configuration.mjs tells of all. */
export type Port =
  | 'mqtt'
  | 'rsa'
  | 'ecdsa'
  | 'tls12'
  | 'tls13'
  | 'alpn'
  | 'nginx'
  | 'passThrough'
  | 'mosquitto'
  | 'plain';

export interface Admitted {
  readonly port: string;
  readonly version: string;
  readonly suite: string;
  readonly alpn: string | null;
  readonly serverName: string;
  /** The common name in the device's certificate. */
  readonly device: string;
}

export interface Endpoint {
  readonly serverName: string;
  readonly host: string;
  readonly ports: Readonly<Record<Port, number>>;
  /** PEM: the root of each kind of server key, and the old one by which they are cross-signed. */
  readonly roots: { readonly rsa: string; readonly ecdsa: string; readonly old: string };
  readonly admitted: readonly Admitted[];
  /** A device's certificate for a public key (SubjectPublicKeyInfo, DER), as PEM. */
  issueDevice(name: string, publicKey: Uint8Array, kind?: 'good' | 'expired' | 'stranger'): string;
  close(): Promise<void>;
}

export function startEndpoint(options?: { readonly expired?: boolean }): Promise<Endpoint>;
