package dev.sluice.app.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** What the files hold, checked: an identity that can be used, and at least one authority. */
record TlsMaterial(Identity identity, List<X509Certificate> authorities) {

  TlsMaterial {
    authorities = List.copyOf(authorities);
  }

  static TlsMaterial read(TlsFiles files, Instant now) throws TlsFault {
    Identity identity = Identity.read(files.identity(), now);
    return new TlsMaterial(
        identity, Identity.certificates(TlsFiles.AUTHORITIES_OPTION, files.clientAuthorities()));
  }

  @Override
  public String toString() {
    return identity.toString();
  }
}
