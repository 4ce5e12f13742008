import { createPathCache, type PathCache } from '../../x509/index.ts';

/** Certificates of this process: parsed, imported and verified once, whichever connection brings them. */
export const seen: PathCache = createPathCache();
