// What went wrong and what to do about it, in one sentence.
import { DemoError } from './demo-error.mjs';

const ADDRESS = 'check its name and the network';
const CLOCK = 'renew it, or set the clock of this machine if that is wrong';
const TRUST = 'trust its issuer with --ca if this is the right broker, and do not connect if it is not';
const DEVICE = 'have it issued by an authority that the broker trusts';

/** Of the network, by Node's codes. */
const NETWORK = {
  ECONNREFUSED: ["Nobody listens at the broker's address", 'start the broker, or correct the address'],
  ECONNRESET: ['The broker broke the connection off', 'its log says why'],
  EAI_AGAIN: ["The broker's name cannot be looked up", ADDRESS],
  ENOTFOUND: ["The broker's name is not known", ADDRESS],
  EHOSTUNREACH: ['The broker cannot be reached', ADDRESS],
  ENETUNREACH: ['The broker cannot be reached', ADDRESS],
  ETIMEDOUT: ['The broker cannot be reached', ADDRESS],
};

/** Of signet-tls, by its own codes. */
const TLS = {
  ERR_TLS_CERT_UNKNOWN_ISSUER: ["The device does not trust the issuer of the broker's certificate", TRUST],
  ERR_TLS_CERT_UNKNOWN_ROOT: ["The device does not trust the root above the broker's certificate", TRUST],
  ERR_TLS_CERT_SELF_SIGNED: ["The broker's certificate is signed by itself, and the device does not trust it", TRUST],
  ERR_TLS_CERT_SELF_SIGNED_ROOT: ["The device does not trust the root above the broker's certificate", TRUST],
  ERR_TLS_CERT_EXPIRED: ["The broker's certificate has expired", CLOCK],
  ERR_TLS_CERT_NOT_YET_VALID: ["The broker's certificate is not valid yet", CLOCK],
  ERR_TLS_CERT_ALTNAME_INVALID: ["The broker's certificate is for another name", 'connect by a name that it has'],
  ERR_TLS_NOT_TLS: ['What answered does not speak TLS', 'check the port; 8883 is usual for MQTT over TLS'],
  ERR_TLS_SIGN_FAILED: ['The secure element did not sign', 'see what its report means, and whether it is unlocked'],
  ERR_TLS_SIGN_TIMEOUT: ['The secure element never answered', 'check that it is connected and has power'],
  ERR_TLS_KEY_MISMATCH: ["The device's key and certificate do not belong together", 'give the two that do'],
};

const REFUSED = ["The broker refused the device's certificate", DEVICE];

/** Alerts that came from the broker. */
const ALERTS = {
  access_denied: REFUSED,
  bad_certificate: REFUSED,
  certificate_expired: REFUSED,
  certificate_required: ['The broker demands a certificate of the device', 'give one with --cert and --key'],
  certificate_revoked: REFUSED,
  certificate_unknown: REFUSED,
  handshake_failure: [
    'The broker sees no way to go on',
    'give it a certificate it trusts, and a version of TLS that it speaks',
  ],
  protocol_version: ['The broker does not speak this version of TLS', 'choose the other one with --tls'],
  unknown_ca: REFUSED,
  unrecognized_name: [
    'The broker does not know the name that it was called by',
    'name it with --host as its certificate does',
  ],
  unsupported_certificate: REFUSED,
};

/** @param {unknown} error anything that was thrown */
export function sentenceFor(error) {
  if (error instanceof DemoError) return error.message;
  const { code } = error;
  // Of several addresses that were tried, the first tells enough.
  const message = error.message || error.errors?.[0]?.message;
  const tlsError = tlsErrorIn(error);
  if (tlsError?.received !== undefined) return ofAlert(tlsError.received);
  if (tlsError !== null) return ofTls(tlsError);
  if (code in TLS) return sentence(TLS[code], message);
  if (code in NETWORK) return sentence(NETWORK[code], message);
  if (typeof code === 'number') return sentence(['The broker refuses MQTT to the device', 'see its rules'], message);
  if (code === 'ERR_MODULE_NOT_FOUND') return sentence(['A part is missing', 'run npm ci, which also builds'], message);
  return `This should not have happened, please report it: ${error?.stack ?? error}`;
}

function ofAlert(alert) {
  return sentence(ALERTS[alert] ?? ['The broker ended the connection', 'its log says why'], `alert ${alert}`);
}

function ofTls({ code, message, detail, remedy }) {
  const known = TLS[code];
  return known === undefined ? `${message}: ${remedy}` : sentence(known, detail);
}

function sentence([what, remedy], detail) {
  return `${what}${detail ? ` (${detail})` : ''}: ${remedy}.`;
}

/** The Node face wraps the library's own errors in Node's. */
function tlsErrorIn(error) {
  for (let one = error; one !== null && one !== undefined; one = one.cause) if (one.remedy !== undefined) return one;
  return null;
}
