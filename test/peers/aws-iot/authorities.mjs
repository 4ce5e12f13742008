// Who certifies whom: the servers' chains as Amazon Trust Services arranges them, and the devices' authority, which is another.
import { Authority } from '../../../demo/pki.mjs';

/** `RSA-2048`: Amazon Root CA 1 is the model; `P-256`: Amazon Root CA 3. */
const ROOTS = { 'RSA-2048': 'Example Root CA 1', 'P-256': 'Example Root CA 3' };

/** Everything the endpoint needs, made anew each time. */
export class Authorities {
  #oldRoot = new Authority('Example Class 2 Root CA');
  #devices = new Authority('Example Device CA');
  #strangers = new Authority('Unknown Device CA');
  #roots = {};
  /** PEM of the server's chain as it is sent (leaf, intermediate, cross-signed root) and its key, by kind of key. */
  servers = {};

  /**
   * @param {string} dnsName of the server, with a wildcard
   * @param {{ expired: boolean }} options `expired`: the server's certificates, yesterday
   */
  constructor(dnsName, { expired }) {
    for (const [kind, name] of Object.entries(ROOTS)) {
      const root = new Authority(name, { key: kind });
      const issuer = root.issueAuthority(`Example ${kind} M01`, { key: kind });
      const { cert, key } = issuer.issueServer(dnsName, { key: kind, expired });
      this.#roots[kind] = root.cert;
      this.servers[kind] = { chain: cert + issuer.cert + this.#oldRoot.crossSign(root), key };
    }
  }

  /** What devices trust, PEM: the new roots, of which either would do where only one kind of server key is met. */
  get roots() {
    return { rsa: this.#roots['RSA-2048'], ecdsa: this.#roots['P-256'], old: this.#oldRoot.cert };
  }

  /** Whom the endpoint trusts, PEM. */
  get devices() {
    return this.#devices.cert;
  }

  /**
   * A device's certificate for a public key (SubjectPublicKeyInfo as DER), PEM.
   * @param {'good' | 'expired' | 'stranger'} kind `stranger`: by an authority that the endpoint does not know
   */
  issueDevice(name, spki, kind = 'good') {
    const issuer = kind === 'stranger' ? this.#strangers : this.#devices;
    return issuer.issueDevice(name, spki, { expired: kind === 'expired', purposes: false });
  }
}
