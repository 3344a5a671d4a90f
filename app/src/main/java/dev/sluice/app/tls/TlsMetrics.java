package dev.sluice.app.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Meters of our certificates.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>name</th><th>kind</th><th>meaning</th></tr>
 *   <tr><td>{@code sluice.tls.certificate.expiry}</td><td>gauge</td>
 *       <td>when the certificate in use expires, in seconds since 1970</td></tr>
 *   <tr><td>{@code sluice.tls.reload.failures}</td><td>counter</td>
 *       <td>looks at the files that found something that can't be used</td></tr>
 * </table>
 */
public final class TlsMetrics {

  private final MeterRegistry registry;
  private final Counter failures;

  public TlsMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.failures = registry.counter("sluice.tls.reload.failures");
  }

  void observe(ServerTls tls) {
    Gauge.builder("sluice.tls.certificate.expiry", tls, it -> it.expiry().getEpochSecond())
        .baseUnit("seconds")
        .register(registry);
  }

  void failed() {
    failures.increment();
  }
}
