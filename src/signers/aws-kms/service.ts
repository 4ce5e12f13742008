/** The part of the client that is used: `new KMS({ region })` of @aws-sdk/client-kms, or `awsKmsClient`. */
export interface AwsKms {
  getPublicKey(
    input: { KeyId: string },
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ PublicKey?: Uint8Array; KeyUsage?: string; SigningAlgorithms?: readonly string[] }>;
  sign(
    input: { KeyId: string; Message: Uint8Array; MessageType: 'DIGEST' | 'RAW'; SigningAlgorithm: AwsAlgorithm },
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ Signature?: Uint8Array }>;
}

export type AwsAlgorithm =
  | 'ECDSA_SHA_256'
  | 'ECDSA_SHA_384'
  | 'ECDSA_SHA_512'
  | 'RSASSA_PSS_SHA_256'
  | 'RSASSA_PSS_SHA_384'
  | 'RSASSA_PSS_SHA_512'
  | 'RSASSA_PKCS1_V1_5_SHA_256'
  | 'RSASSA_PKCS1_V1_5_SHA_384'
  | 'RSASSA_PKCS1_V1_5_SHA_512'
  | 'ED25519_SHA_512';
