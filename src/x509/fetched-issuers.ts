import { OID } from '../asn1/index.ts';
import { isBytes } from '../bytes/index.ts';
import { isTlsError } from '../errors/index.ts';
import { attempt, type Flow } from '../flow/index.ts';
import type { Budget } from './budget.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { certificatesInCms, isCms } from './cms-bag.ts';
import { certificatesFrom } from './input.ts';
import type { PathRequest } from './path-request.ts';

/** Bytes of an answer that are looked at; a certificate has one or two thousand. */
const LARGEST = 65_536;
/** Certificates of an answer that are looked at. */
const MOST = 4;

/**
 * What the URLs lead to by which a certificate says where that of its issuer is (RFC 5280, section 4.2.2.1). A URL that
 * fails, or leads to something else, leads to nothing: the search then ends as it would have without.
 */
export function* fetchedIssuers(
  certificate: Certificate,
  fetch: NonNullable<PathRequest['fetchIssuer']>,
  pages: Map<string, readonly Certificate[]>,
  budget: Budget,
): Flow<readonly Certificate[]> {
  const found: Certificate[] = [];
  for (const url of issuerUrls(certificate)) {
    let page = pages.get(url);
    if (page === undefined) {
      if (!budget.mayFetch()) break;
      page = read(yield* attempt('fetch-issuer', (signal) => fetch(url, signal)));
      pages.set(url, page);
    }
    found.push(...page);
  }
  return found;
}

function issuerUrls(certificate: Certificate): string[] {
  const urls: string[] = [];
  try {
    for (const { method, location } of certificate.authorityInfoAccess ?? [])
      if (method === OID['id-ad-caIssuers'] && location.kind === 'uri' && /^https?:\/\//i.test(location.value))
        urls.push(location.value);
  } catch (error) {
    if (!isTlsError(error)) throw error;
  }
  return urls;
}

function read(answer: unknown): readonly Certificate[] {
  if (!isBytes(answer) || answer.length > LARGEST) return [];
  try {
    if (!isCms(answer)) return certificatesFrom(answer).slice(0, MOST);
    return certificatesInCms(answer).slice(0, MOST).map(parseCertificate);
  } catch (error) {
    if (isTlsError(error)) return [];
    throw error;
  }
}
