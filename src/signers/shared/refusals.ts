const NOT_FOUND = /status 404|NotFound|NOT_FOUND/;
const DENIED =
  /status 40[13]|AccessDenied|Unauthorized|Forbidden|PERMISSION_DENIED|UNAUTHENTICATED|UnrecognizedClient|InvalidSignature|ExpiredToken/;

/** What a service means by its refusal. AWS tells by name, not by status, which is always 400. */
export function codeFor(words: string): 'ERR_TLS_KEY_DENIED' | 'ERR_TLS_KEY_NOT_FOUND' | 'ERR_TLS_KEY_DEVICE' {
  if (NOT_FOUND.test(words)) return 'ERR_TLS_KEY_NOT_FOUND';
  return DENIED.test(words) ? 'ERR_TLS_KEY_DENIED' : 'ERR_TLS_KEY_DEVICE';
}
