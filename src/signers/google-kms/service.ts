/** One of them, as the algorithm of the key says. */
export interface GoogleDigest {
  sha256?: Uint8Array;
  sha384?: Uint8Array;
  sha512?: Uint8Array;
}

/** The part of the client that is used: `new KeyManagementServiceClient()` of @google-cloud/kms, or `googleKmsClient`. */
export interface GoogleKms {
  getPublicKey(request: {
    name: string;
  }): Promise<readonly [{ pem?: string | null; algorithm?: string | number | null }, ...unknown[]]>;
  asymmetricSign(request: {
    name: string;
    digest?: GoogleDigest;
    data?: Uint8Array;
  }): Promise<readonly [{ signature?: Uint8Array | string | null }, ...unknown[]]>;
}
