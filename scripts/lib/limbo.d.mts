import type { SignatureVerifier } from '../../src/crypto/index.ts';

export interface LimboVerdict {
  readonly actual_result: 'SUCCESS' | 'FAILURE';
  readonly context: string | null;
}

export interface LimboLibrary {
  readonly x509: unknown;
  readonly parsePem: unknown;
  readonly runFlow: unknown;
  readonly verifiers: readonly SignatureVerifier[];
}

export function createJudge<Test>(library: LimboLibrary, profile: unknown): (test: Test) => LimboVerdict;
export function counts(test: { readonly id: string; readonly features: readonly string[] }): boolean;
