// How test cases of x509-limbo are put to the validator; shared by the command and by the tests.

/**
 * Makes a judge of limbo's test cases. It looks at the chain and at what is asked of it, and at nothing else in a test.
 * `library` has `x509`, `parsePem`, `runFlow` and `verifiers`.
 */
export function createJudge({ x509, parsePem, runFlow, verifiers }, profile) {
  // What a certificate is and whether a signature is right does not depend on the test, so one cache serves all.
  const cache = x509.createPathCache({ max: 4096 });
  const ders = (pem) => parsePem(pem).map(({ der }) => der);
  const anchor = (der) => x509.anchorFromCertificate(cache.certificate(der));

  return (test) => {
    try {
      runFlow(x509.verifyChain(requestFor(test)));
      return { actual_result: 'SUCCESS', context: null };
    } catch (error) {
      if (error?.code === undefined || error.remedy === undefined) throw error;
      return { actual_result: 'FAILURE', context: `${error.code}: ${error.message}` };
    }
  };

  function requestFor(test) {
    const name = test.expected_peer_name;
    const mailboxes = name?.kind === 'RFC822' ? [name, ...test.expected_peer_names] : test.expected_peer_names;
    return {
      chain: [test.peer_certificate, ...test.untrusted_intermediates].flatMap(ders),
      anchors: new x509.AnchorSet(test.trusted_certs.flatMap(ders).map(anchor)),
      verifiers,
      time: test.validation_time === null ? Date.now() / 1000 : Date.parse(test.validation_time) / 1000,
      usage: usageOf(test),
      ...(test.key_usage.length === 0 ? {} : { keyUsage: keyUsageOf(test.key_usage, x509.KEY_USAGE) }),
      ...(test.max_chain_depth === null ? {} : { maxDepth: test.max_chain_depth }),
      profile,
      serverName: name === null || name.kind === 'RFC822' ? null : name.value,
      emails: mailboxes.map(({ value }) => value),
      crls: test.crls.flatMap(x509.crlsFrom),
      cache,
    };
  }
}

function usageOf({ extended_key_usage: usages, validation_kind: kind }) {
  if (usages.length === 0) return kind === 'SERVER' ? 'serverAuth' : 'clientAuth';
  return usages.includes('serverAuth') ? 'serverAuth' : usages.includes('clientAuth') ? 'clientAuth' : null;
}

function keyUsageOf(names, bits) {
  return names.reduce((all, name) => all | bits[name], 0);
}

/** Tags of tests that demand what is pedantic or contradicts others; they are shown, not counted. */
const PEDANTIC = [
  'pedantic-public-suffix-wildcard',
  'pedantic-rfc5280',
  'pedantic-serial-number',
  'pedantic-webpki-eku',
  'pedantic-webpki-subscriber-key',
  'rfc5280-incompatible-with-webpki',
];

/** Whether a test counts; asked only when all verdicts are in. */
export function counts({ id, features }) {
  if (id === 'rfc5280::ca-as-leaf' || id === 'webpki::ca-as-leaf' || id.startsWith('webpki::cn::')) return false;
  return !features.some((feature) => PEDANTIC.includes(feature));
}
