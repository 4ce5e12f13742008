export type AzureAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'PS256' | 'PS384' | 'PS512' | 'RS256' | 'RS384' | 'RS512';

/** JSON Web Key with bytes instead of base64url, as Azure's SDK has it. */
export interface AzureJwk {
  readonly kid?: string;
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: Uint8Array;
  readonly y?: Uint8Array;
  readonly n?: Uint8Array;
  readonly e?: Uint8Array;
}

/** The two operations of one key that are used. */
export interface AzureKeyVault {
  /** As KeyClient.getKey of @azure/keyvault-keys. */
  getKey(): Promise<{ readonly id?: string; readonly key?: AzureJwk }>;
  /** As CryptographyClient.sign of @azure/keyvault-keys: ECDSA is r and s side by side. */
  sign(algorithm: AzureAlgorithm, digest: Uint8Array, signal: AbortSignal): Promise<{ readonly result?: Uint8Array }>;
}
