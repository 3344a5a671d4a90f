package dev.sluice.app.tls;

import java.nio.file.Path;

/**
 * Where the certificates are, all PEM.
 *
 * @param certificate ours, with the chain up to the authority
 * @param key its private key, unencrypted
 * @param clientAuthorities whose signature a client's certificate needs; may be several
 */
public record TlsFiles(Path certificate, Path key, Path clientAuthorities) {

  /** The option that names {@link #certificate()}. */
  public static final String CERTIFICATE_OPTION = "--tls-cert";

  /** The option that names {@link #key()}. */
  public static final String KEY_OPTION = "--tls-key";

  /** The option that names {@link #clientAuthorities()}. */
  public static final String AUTHORITIES_OPTION = "--tls-client-ca";

  /** The first two. */
  IdentityFiles identity() {
    return new IdentityFiles(CERTIFICATE_OPTION, certificate, KEY_OPTION, key);
  }
}
