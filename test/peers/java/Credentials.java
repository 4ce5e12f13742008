import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** Chains and keys from PEM, whichever of them fits the kind of key that is asked for. An alias is an index. */
final class Credentials extends X509ExtendedKeyManager {
  private record Credential(X509Certificate[] chain, PrivateKey key) {}

  private final List<Credential> all = new ArrayList<>();

  /** A context that shows these and trusts this authority alone; null: none. */
  static SSLContext context(List<String> chains, List<String> keys, String authority) throws Exception {
    Credentials credentials = new Credentials();
    for (int i = 0; i < chains.size(); i++) credentials.add(chains.get(i), keys.get(i));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    if (authority != null) anchors.setCertificateEntry("authority", certificates(authority)[0]);
    if (authority != null) trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {credentials}, authority == null ? null : trust.getTrustManagers(), null);
    return context;
  }

  private void add(String chain, String key) throws GeneralSecurityException {
    X509Certificate[] certificates = certificates(chain);
    String body = key.replaceAll("-----[^-]+-----|\\s", "");
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
    String algorithm = certificates[0].getPublicKey().getAlgorithm();
    all.add(new Credential(certificates, KeyFactory.getInstance(algorithm).generatePrivate(spec)));
  }

  private static X509Certificate[] certificates(String pem) throws GeneralSecurityException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
    return found.toArray(new X509Certificate[0]);
  }

  private String choose(String... types) {
    for (String type : types) {
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).key().getAlgorithm().equals(type)) return String.valueOf(i);
      }
    }
    return null;
  }

  @Override
  public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return choose(type);
  }

  @Override
  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    return choose(type);
  }

  @Override
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    return choose(types);
  }

  @Override
  public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
    return choose(types);
  }

  @Override
  public String[] getClientAliases(String type, Principal[] issuers) {
    return getServerAliases(type, issuers);
  }

  @Override
  public String[] getServerAliases(String type, Principal[] issuers) {
    String alias = choose(type);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return all.get(Integer.parseInt(alias)).chain();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return all.get(Integer.parseInt(alias)).key();
  }
}
