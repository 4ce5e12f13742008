import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { Authority } from '../../demo/pki.mjs';

/** An authority and certificates of both roles: PEM keys, and functions that sign with them. */
export function identities() {
  const authority = new Authority('Trial CA');
  const server = authority.issueServer('trial.test');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const client = { cert: authority.issueDevice('device', spki), key };
  return { ca: authority.cert, server, client, signers: { server: signerOf(server.key), client: signerOf(key) } };
}

function signerOf(pem) {
  const key = createPrivateKey(pem);
  return (data) => sign('sha256', data, key);
}
