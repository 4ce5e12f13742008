import { checkJudging, type PathVerifierOptions } from '../../config/verifiers.ts';
import type { Provider } from '../../crypto/index.ts';
import { sha256 } from '../../providers/node.ts';
import {
  keyPins,
  type OcspOptions,
  ocspChecker,
  type Profile,
  privateProfile,
  strictProfile,
} from '../../x509/index.ts';
import { invalidArgType, invalidArgValue } from './node-error.ts';

type Passed = Pick<
  PathVerifierOptions,
  'revocation' | 'revocationScope' | 'expiredCrls' | 'crlIssuers' | 'fetchIssuer' | 'maxDepth' | 'limits'
>;

/** How the certificates of peers are judged, beyond what Node's options say. What is not given stays as it is. */
export interface VerificationOptions extends Passed {
  /** Default: `private`, which home-made certificates fit. */
  readonly profile?: 'strict' | 'private' | Profile;
  /** The date to judge by in place of now; null: validity is not checked. */
  readonly date?: Date | null;
  /** A date that has certainly passed, such as that of the build: for devices whose clock may not be set. */
  readonly earliest?: Date;
  /** One of these keys has to be in the path: `sha256/` and the base64 of a SubjectPublicKeyInfo's hash, each. */
  readonly pins?: readonly string[];
  /** Ask for stapled OCSP responses and judge them; with those that were fetched before. Default: false. */
  readonly ocsp?: boolean | Pick<OcspOptions, 'responses'>;
}

type Judging = Partial<PathVerifierOptions> & Required<Pick<PathVerifierOptions, 'profile'>>;

const NAMES: readonly string[] = [
  ...['profile', 'date', 'earliest', 'pins', 'ocsp', 'revocation', 'revocationScope', 'expiredCrls', 'crlIssuers'],
  ...['fetchIssuer', 'maxDepth', 'limits'],
];

/** What `verification` says, as `pathVerifier` takes it. Throws ERR_INVALID_ARG_TYPE or ERR_INVALID_ARG_VALUE. */
export function verificationFrom(given: unknown, provider: Provider): Judging {
  if (given === undefined || given === null) return { profile: privateProfile };
  if (typeof given !== 'object') throw invalidArgType('options.verification', ['Object'], given);
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw invalidArgValue(
      'options.verification',
      unknown,
      `has a property that does not exist; it has ${NAMES.join(', ')}`,
    );
  }
  const { profile, date, earliest, pins, ocsp, ...passed } = given as VerificationOptions;
  checkJudging(passed);
  return {
    ...passed,
    profile: profileFrom(profile),
    ...(date === undefined ? null : { time: date === null ? null : secondsFrom('date', date) }),
    ...(earliest === undefined ? null : { earliest: secondsFrom('earliest', earliest) }),
    ...(pins === undefined ? null : { pins: keyPins(sha256, pins) }),
    ...(ocsp === undefined || ocsp === false
      ? null
      : { ocsp: ocspChecker({ hashes: provider.hashes, ...(ocsp === true ? null : ocsp) }) }),
  };
}

function profileFrom(profile: VerificationOptions['profile']): Profile {
  if (profile === undefined || profile === 'private') return privateProfile;
  if (profile === 'strict') return strictProfile;
  if (Array.isArray((profile as Partial<Profile> | null)?.rules)) return profile;
  throw invalidArgValue('options.verification.profile', profile, "must be 'strict', 'private' or a profile");
}

function secondsFrom(name: string, date: Date): number {
  const milliseconds = date instanceof Date ? date.getTime() : Number.NaN;
  if (!Number.isNaN(milliseconds)) return Math.floor(milliseconds / 1000);
  throw invalidArgValue(`options.verification.${name}`, date, 'must be a valid Date');
}
