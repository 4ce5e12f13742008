import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

/** Certificates of both roles by `authority`: PEM, with PEM keys, and functions that sign with them. */
export function identities(authority, serverName) {
  const server = authority.issueServer(serverName);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const client = { cert: authority.issueDevice('device', spki), key };
  return { ca: authority.cert, server, client };
}

/** Signs as a key behind a function does. */
export function signerOf(pem) {
  const key = createPrivateKey(pem);
  return (data) => sign('sha256', data, key);
}
