import { Reader, toLatin1 } from '../../bytes/index.ts';
import type { SignatureScheme } from '../../crypto/index.ts';
import { publicKey } from '../../x509/index.ts';
import { EC_SCHEME, fitsModulus } from '../shared/schemes.ts';
import { COORDINATE, ecSpki, ed25519Spki, magnitude, type NistCurve, rsaSpki } from '../shared/spki.ts';
import { understood } from './agent.ts';
import { readSshString } from './wire.ts';

/** How the agent is asked for the signatures of a scheme, and what it calls them. */
export interface AgentScheme {
  readonly algorithm: string;
  /** SSH_AGENT_RSA_SHA2_256 (2) or SSH_AGENT_RSA_SHA2_512 (4). */
  readonly flags: number;
}

export interface AgentKey {
  readonly spki: Uint8Array;
  readonly schemes: ReadonlyMap<SignatureScheme, AgentScheme>;
  /** EC: bytes of r and of s. */
  readonly coordinate: number | null;
  /** RSA: bytes of the modulus; Ed25519: of a signature; 0 for EC. */
  readonly size: number;
}

const CURVES: Readonly<Record<string, NistCurve>> = {
  'ecdsa-sha2-nistp256': 'P-256',
  'ecdsa-sha2-nistp384': 'P-384',
  'ecdsa-sha2-nistp521': 'P-521',
};

/** A public key in SSH's form (RFC 4253, section 6.6; RFC 5656; RFC 8709), or why TLS cannot use its private half. */
export function readAgentKey(blob: Uint8Array): AgentKey | string {
  return understood('ssh-agent', () => {
    const reader = new Reader(blob);
    const type = toLatin1(readSshString(reader));
    const curve = CURVES[type];
    if (curve !== undefined) return ecKey(type, curve, reader);
    if (type === 'ssh-rsa') return rsaKey(reader);
    if (type === 'ssh-ed25519') {
      const schemes = new Map<SignatureScheme, AgentScheme>([['ed25519', { algorithm: type, flags: 0 }]]);
      return { spki: ed25519Spki(readSshString(reader)), schemes, coordinate: null, size: 64 };
    }
    if (type.startsWith('sk-')) return 'is on a FIDO token, which never signs the message itself';
    return `is of type ${type}`;
  });
}

function ecKey(type: string, curve: NistCurve, reader: Reader): AgentKey {
  readSshString(reader);
  const schemes = new Map([[EC_SCHEME[curve], { algorithm: type, flags: 0 }]]);
  return { spki: ecSpki(curve, readSshString(reader)), schemes, coordinate: COORDINATE[curve], size: 0 };
}

/** No SHA-384, and no PSS: the agent's protocol has neither. */
function rsaKey(reader: Reader): AgentKey {
  const e = magnitude(readSshString(reader));
  const spki = rsaSpki(magnitude(readSshString(reader)), e);
  const { bits } = publicKey(spki);
  const all: [SignatureScheme, AgentScheme][] = [
    ['rsa_pkcs1_sha256', { algorithm: 'rsa-sha2-256', flags: 2 }],
    ['rsa_pkcs1_sha512', { algorithm: 'rsa-sha2-512', flags: 4 }],
  ];
  const schemes = new Map(all.filter(([scheme]) => fitsModulus(scheme, bits)));
  return { spki, schemes, coordinate: null, size: Math.ceil(bits / 8) };
}
