package dev.sluice.app.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * The certificate that a server of ours shows, which may change while it serves: handshakes from
 * then on show the new one, connections that stand are left alone. Until there is one, handshakes
 * fail.
 *
 * <p><em>Thread:</em> any. <em>On failure:</em> the one from before stays. <em>On shutdown:</em>
 * nothing to do.
 */
public final class ShownCertificate {

  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private volatile Optional<Identity> shown = Optional.empty();

  /** TLS that shows it and asks the client for none. */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS of this JVM can't be set up", e);
    }
  }

  /** Shows this one from now on; returns whether that is news. */
  public synchronized boolean show(Identity identity) {
    if (shown.equals(Optional.of(identity))) {
      return false;
    }
    keys.updateIdentityCredentials(
        identity.chain().toArray(X509Certificate[]::new), identity.key());
    shown = Optional.of(identity);
    return true;
  }

  /** When the one that is shown expires. */
  public Optional<Instant> expiry() {
    return shown.map(Identity::expiry);
  }
}
