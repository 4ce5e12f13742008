import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { counts, createJudge } from '../../scripts/lib/limbo.mjs';
import { parsePem } from '../../src/asn1/index.ts';
import { runFlow } from '../../src/flow/index.ts';
import { nodeProvider } from '../../src/providers/node.ts';
import * as x509 from '../../src/x509/index.ts';
import { need } from '../support/need.ts';

const FILE = path.join(import.meta.dirname, '../../../shared/limbo/open.json.gz');

interface Case {
  readonly id: string;
  readonly features: readonly string[];
  readonly expected_result: 'SUCCESS' | 'FAILURE';
}

describe.skipIf(!need(existsSync(FILE), 'the open half of x509-limbo lies in ../shared/limbo'))('x509-limbo', () => {
  const { testcases } = JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as { testcases: Case[] };
  const library = { x509, parsePem, runFlow, verifiers: nodeProvider.verifiers };

  it('passes every test that counts in the strict profile', () => {
    const judge = createJudge(library, x509.strictProfile);
    const wrong = testcases.filter((test) => counts(test) && judge(test).actual_result !== test.expected_result);
    expect(testcases.filter(counts)).toHaveLength(4911);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('accepts every good chain in the private profile, and bad ones only for rules that do not bind there', () => {
    const judge = createJudge(library, x509.privateProfile);
    const wrong = testcases.filter((test) => counts(test) && judge(test).actual_result !== test.expected_result);
    expect(wrong.filter(({ expected_result }) => expected_result === 'SUCCESS')).toEqual([]);
    expect(wrong.map(({ id }) => id).sort()).toEqual(ACCEPTED_IN_PRIVATE);
  });
});

/** Each of these Go's crypto/x509 1.26 or rustls-webpki 0.103 accepts too, or both. */
const ACCEPTED_IN_PRIVATE = [
  'rfc5280::aki::critical-aki',
  'rfc5280::ca-empty-subject',
  'rfc5280::leaf-ku-keycertsign',
  'rfc5280::nc::invalid-dnsname-leading-period',
  'rfc5280::pc::ica-noncritical-pc',
  'rfc5280::root-missing-basic-constraints',
  'rfc5280::root-non-critical-basic-constraints',
  'rfc5280::ski::critical-ski',
  'rfc5280::ski::root-missing-ski',
  'webpki::aki::root-with-aki-authoritycertissuer',
  'webpki::aki::root-with-aki-authoritycertserialnumber',
  'webpki::aki::root-with-aki-missing-keyidentifier',
  'webpki::ee-basicconstraints-ca',
  'webpki::nc::intermediate-permitted-excluded-subtrees-both-null',
];
