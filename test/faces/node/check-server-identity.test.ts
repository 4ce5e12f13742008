import nodeTls, { type PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import tls from '../../../src/index.ts';

type Cert = Pick<Partial<PeerCertificate>, 'subjectaltname'> & { subject?: { CN?: string | string[] } };

const CASES: [host: string, cert: Cert][] = [
  ['a.com', { subject: { CN: 'a.com' } }],
  ['a.com', { subject: { CN: 'A.COM' } }],
  ['a.com', { subject: { CN: 'b.com' } }],
  ['a.com', { subject: { CN: 'a.com.' } }],
  ['a.com.', { subject: { CN: 'a.com' } }],
  ['.a.com', { subject: { CN: '.a.com' } }],
  ['a.com', { subject: { CN: '*.com' } }],
  ['b.a.com', { subject: { CN: '*.a.com' } }],
  ['c.b.a.com', { subject: { CN: '*.a.com' } }],
  ['a.com', { subject: { CN: ['foo.com', 'a.com'] } }],
  ['a.com', { subject: { CN: [] } }],
  ['a.com', { subject: {} }],
  ['a.com', {}],
  ['a.com', { subjectaltname: '' }],
  ['a.com', { subjectaltname: 'DNS:a.com', subject: {} }],
  ['a.com', { subjectaltname: 'DNS:b.com', subject: { CN: 'a.com' } }],
  ['a.com', { subjectaltname: 'IP Address:127.0.0.1', subject: { CN: 'a.com' } }],
  ['a.com', { subjectaltname: 'URI:http://a.com/', subject: { CN: 'a.com' } }],
  ['a.com', { subjectaltname: 'URI:http://a.com/', subject: {} }],
  ['x.a.com', { subjectaltname: 'DNS:*.a.com' }],
  ['a.com', { subjectaltname: 'DNS:*.a.com, DNS:a.com' }],
  ['foo.a.com', { subjectaltname: 'DNS:f*.a.com' }],
  ['foo.a.com', { subjectaltname: 'DNS:*o.a.com' }],
  ['fo.a.com', { subjectaltname: 'DNS:fo*fo.a.com' }],
  ['foo.a.com', { subjectaltname: 'DNS:f*o*.a.com' }],
  ['foo.a.com', { subjectaltname: 'DNS:**.a.com' }],
  ['xn--a.a.com', { subjectaltname: 'DNS:xn--*.a.com' }],
  ['bär.a.com', { subjectaltname: 'DNS:bär.a.com' }],
  ['a b.a.com', { subjectaltname: 'DNS:a b.a.com' }],
  ['a..com', { subjectaltname: 'DNS:a..com' }],
  ['a.com', { subjectaltname: 'DNS:"a.com", DNS:b.com' }],
  ['b.com', { subjectaltname: 'DNS:"a.com, DNS:b.com"' }],
  ['b.com', { subjectaltname: 'DNS:"a\\u0000.com", DNS:b.com' }],
  ['evil.com', { subjectaltname: 'URI:"http://x/, DNS:evil.com", DNS:good.com' }],
  ['8.8.8.8', { subjectaltname: 'IP Address:8.8.8.8' }],
  ['8.8.8.8', { subjectaltname: 'IP Address:8.8.4.4, DNS:8.8.8.8' }],
  ['8.8.8.8', { subject: { CN: '8.8.8.8' } }],
  ['::1', { subjectaltname: 'IP Address:0:0:0:0:0:0:0:1' }],
  ['2001:DB8::1', { subjectaltname: 'IP Address:2001:db8:0:0:0:0:0:1' }],
  ['::2', { subjectaltname: 'IP Address:0:0:0:0:0:0:0:1' }],
  ['localhost', { subject: { CN: 'localhost' } }],
  ['', { subject: { CN: '' } }],
];

const LOOPBACK = { subjectaltname: 'IP Address:0:0:0:0:0:0:0:1' } as PeerCertificate;
/** Node 22.23 takes IPv6 addresses for names without a single letter. */
const readsIpv6 = nodeTls.checkServerIdentity('::1', LOOPBACK) === undefined;

describe('checkServerIdentity beside Node’s', () => {
  it.each(CASES.filter(([host]) => readsIpv6 || !host.includes(':')))('%s, %j', (host, cert) => {
    const ours = outcome(() => tls.checkServerIdentity(host, cert as never));
    const theirs = outcome(() => nodeTls.checkServerIdentity(host, cert as PeerCertificate));
    expect(ours).toEqual(theirs);
  });

  it('IPv6 addresses are compared as numbers', () => {
    expect(tls.checkServerIdentity('::1', LOOPBACK)).toBeUndefined();
    expect(tls.checkServerIdentity('::2', LOOPBACK)).toMatchObject({
      reason: "IP: ::2 is not in the cert's list: ::1",
    });
  });

  it('quotes that are no JSON are an error that is thrown', () => {
    for (const subjectaltname of ['DNS:"a.com', 'DNS:"a\\x.com"', 'DNS:"\u0001"']) {
      const cert = { subjectaltname };
      const ours = outcome(() => tls.checkServerIdentity('a.com', cert as never));
      expect(ours).toEqual(outcome(() => nodeTls.checkServerIdentity('a.com', cert as never)));
      expect(ours).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_FORMAT' });
    }
  });

  it('a host that is no string is made one', () => {
    expect(tls.checkServerIdentity(1 as never, { subject: { CN: '1' } } as never)).toBe(undefined);
  });
});

function outcome(run: () => Error | undefined): unknown {
  let error: (Error & Record<string, unknown>) | undefined;
  try {
    error = run() as typeof error;
  } catch (thrown) {
    error = thrown as typeof error;
  }
  if (error === undefined) return undefined;
  const { name, message, code, reason, host, cert } = error;
  return { name, message, code, reason, host, cert };
}
