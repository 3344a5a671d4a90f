package dev.sluice.app.tls;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a server show what two files hold, which are read again and again.
 *
 * <p><em>Thread:</em> one of its own. <em>On failure:</em> files that can't be used change nothing;
 * that is logged once for each reason. <em>On shutdown:</em> the looking ends, what was read stays
 * in use.
 */
public final class CertificateFiles implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("sluice");

  private final IdentityFiles files;
  private final ShownCertificate shown;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("sluice-certificate").daemon().factory());
  private Optional<String> fault = Optional.empty();

  private CertificateFiles(IdentityFiles files, ShownCertificate shown, InstantSource clock) {
    this.files = files;
    this.shown = shown;
    this.clock = clock;
  }

  /**
   * Reads the files, and from then on every {@code interval}.
   *
   * @throws TlsFault if they can't be used
   */
  public static CertificateFiles show(
      IdentityFiles files, ShownCertificate shown, InstantSource clock, Duration interval)
      throws TlsFault {
    boolean _ = shown.show(Identity.read(files, clock.instant()));
    CertificateFiles looking = new CertificateFiles(files, shown, clock);
    var _ =
        looking.timer.scheduleWithFixedDelay(
            looking::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return looking;
  }

  private void look() {
    try {
      Identity found = Identity.read(files, clock.instant());
      if (shown.show(found)) {
        log.info("msg=certificate-changed of=webhook certificate=\"{}\"", found);
      }
      fault = Optional.empty();
    } catch (TlsFault unusable) {
      if (!fault.equals(Optional.of(unusable.words()))) {
        fault = Optional.of(unusable.words());
        log.warn(
            "msg=certificate-unusable words=\"{}\" effect=\"the one from before stays\"",
            unusable.words());
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
