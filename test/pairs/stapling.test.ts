import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { credential, credentialChooser } from '../../src/config/credentials.ts';
import { pathVerifier } from '../../src/config/verifiers.ts';
import { nodeProvider, signingKeyFrom } from '../../src/providers/node.ts';
import { ocspChecker } from '../../src/x509/index.ts';
import { anchors, ca, pairClient, pairServer } from '../support/configs.ts';
import { ocspResponse } from '../support/ocsp.ts';
import { Pair } from '../support/pair.ts';

const { hashes, verifiers } = nodeProvider;
const ocsp = ocspChecker({ hashes });
const issued = ca.issue({ name: 'localhost', san: ['dns:localhost'], tlsFeatures: [5] });
const key = signingKeyFrom(createPrivateKey(issued.key));

describe.each(['TLSv1.3', 'TLSv1.2'] as const)('a server whose certificate demands a staple, %s', (version) => {
  const versions = [version];
  const connect = (staple: Uint8Array | null, requestOcsp?: boolean) => {
    const own = { chain: [issued.der], key, ...(staple === null ? {} : { ocspResponse: staple }) };
    const client = pairClient({
      versions,
      verifier: pathVerifier({ anchors, verifiers, now: Date.now, ocsp }),
      ...(requestOcsp === undefined ? {} : { requestOcsp }),
    });
    return new Pair(client, pairServer({ versions, credentials: credentialChooser([credential(own)]) })).run();
  };

  it('is asked for one, and believed if that says good', () => {
    const pair = connect(ocspResponse(issued, ca));
    expect(pair.client.error).toBeNull();
    expect(pair.client.facts.peer?.verdict).toMatchObject({ matchedName: 'localhost', unchecked: [] });
  });

  it('is told what was wrong with it', () => {
    const told = (pair: Pair) => [pair.client.error?.code, pair.server.error?.received];
    const status = 'bad_certificate_status_response';
    expect(told(connect(null))).toEqual(['ERR_TLS_OCSP_MISSING', status]);
    expect(told(connect(ocspResponse(issued, ca), false))).toEqual(['ERR_TLS_OCSP_MISSING', status]);
    expect(told(connect(new Uint8Array([0x30, 0])))).toEqual(['ERR_TLS_OCSP_PARSE', status]);
    const revoked = ocspResponse(issued, ca, { status: 'revoked' });
    expect(told(connect(revoked))).toEqual(['ERR_TLS_CERT_REVOKED', 'certificate_revoked']);
  });
});
