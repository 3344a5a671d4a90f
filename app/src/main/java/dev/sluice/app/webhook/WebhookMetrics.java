package dev.sluice.app.webhook;

import dev.sluice.app.tls.ShownCertificate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * What the webhook counts.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>name</th><th>kind</th><th>meaning</th></tr>
 *   <tr><td>{@code sluice.webhook.reviews}</td><td>counter</td>
 *       <td>reviews, by {@code resource} and {@code answer}</td></tr>
 *   <tr><td>{@code sluice.webhook.review}</td><td>timer</td>
 *       <td>how long an answer took, from when its headers were read</td></tr>
 *   <tr><td>{@code sluice.webhook.certificate.expiry}</td><td>gauge</td>
 *       <td>when the certificate that is shown expires, in seconds since 1970; NaN if there is
 *       none</td></tr>
 * </table>
 */
public final class WebhookMetrics {

  private final MeterRegistry registry;
  private final Timer timer;

  /** Counts into this registry, and watches what the webhook shows. */
  public WebhookMetrics(MeterRegistry registry, ShownCertificate certificate) {
    this.registry = registry;
    Gauge.builder("sluice.webhook.certificate.expiry", certificate, WebhookMetrics::expiry)
        .baseUnit("seconds")
        .register(registry);
    this.timer = registry.timer("sluice.webhook.review");
  }

  private static double expiry(ShownCertificate certificate) {
    return certificate.expiry().map(at -> (double) at.getEpochSecond()).orElse(Double.NaN);
  }

  Timer.Sample begin() {
    return Timer.start(registry);
  }

  void answered(Review.Resource resource, Answer answer, Timer.Sample begun) {
    count(resource, answer.word());
    var _ = begun.stop(timer);
  }

  void unreadable() {
    count(Review.Resource.OTHER, "unreadable");
  }

  private void count(Review.Resource resource, String answer) {
    registry
        .counter("sluice.webhook.reviews", "resource", resource.word(), "answer", answer)
        .increment();
  }
}
