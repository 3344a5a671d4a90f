package dev.sluice.app.tls;

import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextServerCredentials;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS for our gRPC servers, in which both sides show a certificate. The files are read again and
 * again: handshakes from then on go by what they hold now, connections that stand are left alone.
 *
 * <p><em>Thread:</em> any; one of its own looks at the files. <em>On failure:</em> files that can't
 * be used, half-written ones for example, change nothing; that is logged once for each reason and
 * counted for each look. <em>On shutdown:</em> the looking ends, what was read stays in use.
 */
public final class ServerTls implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("sluice");

  private final TlsFiles files;
  private final InstantSource clock;
  private final TlsMetrics metrics;
  private final AdvancedTlsX509KeyManager ours = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager theirs;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("sluice-tls").daemon().factory());
  private volatile TlsMaterial used;
  private Optional<String> fault = Optional.empty();

  private ServerTls(TlsFiles files, InstantSource clock, TlsMetrics metrics, TlsMaterial first)
      throws GeneralSecurityException, IOException {
    this.files = files;
    this.clock = clock;
    this.metrics = metrics;
    this.theirs =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
    this.used = first;
    hand(first);
  }

  /**
   * Reads the files, and from then on every {@code interval}.
   *
   * @throws TlsFault if they can't be used
   */
  public static ServerTls open(
      TlsFiles files, InstantSource clock, TlsMetrics metrics, Duration interval) throws TlsFault {
    TlsMaterial first = TlsMaterial.read(files, clock.instant());
    try {
      ServerTls tls = new ServerTls(files, clock, metrics, first);
      metrics.observe(tls);
      var _ =
          tls.timer.scheduleWithFixedDelay(
              tls::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
      return tls;
    } catch (GeneralSecurityException | IOException refused) {
      throw unusable(refused);
    }
  }

  /** For a gRPC server: TLS 1.2 or 1.3, and a client needs a certificate. */
  public ServerCredentials credentials() {
    try {
      return NettySslContextServerCredentials.create(
          GrpcSslContexts.configure(SslContextBuilder.forServer(ours))
              .trustManager(theirs)
              .clientAuth(ClientAuth.REQUIRE)
              .protocols("TLSv1.3", "TLSv1.2")
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException("TLS of this JVM can't be set up", e);
    }
  }

  /** The one that is shown. */
  X509Certificate certificate() {
    return used.identity().certificate();
  }

  /** When it expires. */
  Instant expiry() {
    return used.identity().expiry();
  }

  /** Takes what the files hold, if it is new and can be used. */
  synchronized void look() {
    try {
      TlsMaterial found = TlsMaterial.read(files, clock.instant());
      if (!found.equals(used)) {
        hand(found);
        used = found;
        log.info("msg=certificates-changed certificate=\"{}\"", found);
      }
      fault = Optional.empty();
    } catch (TlsFault unusable) {
      keep(unusable);
    } catch (GeneralSecurityException | IOException refused) {
      keep(unusable(refused));
    }
  }

  private void keep(TlsFault unusable) {
    metrics.failed();
    if (!fault.equals(Optional.of(unusable.words()))) {
      fault = Optional.of(unusable.words());
      log.warn(
          "msg=certificates-unusable words=\"{}\" effect=\"those from before stay\"",
          unusable.words());
    }
  }

  private void hand(TlsMaterial material) throws GeneralSecurityException, IOException {
    theirs.updateTrustCredentials(array(material.authorities()));
    ours.updateIdentityCredentials(array(material.identity().chain()), material.identity().key());
  }

  private static X509Certificate[] array(List<X509Certificate> certificates) {
    return certificates.toArray(X509Certificate[]::new);
  }

  private static TlsFault unusable(Exception refused) {
    return new TlsFault(
        TlsFiles.AUTHORITIES_OPTION
            + ": can't be used: "
            + refused.getClass().getSimpleName()
            + " (expected: certificates of authorities)");
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
