package dev.sluice.app;

import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.cli.WebhookSettings;
import dev.sluice.app.tls.TlsFiles;
import dev.sluice.evaluator.alerts.PrometheusSettings;
import dev.sluice.lab.FreePorts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a test's Sluice is asked for: free ports of this machine, a poll each second, and no
 * Prometheus, unless it is told otherwise.
 */
final class TestSettings {

  private final Origin origin;
  private URI prometheus = URI.create("http://" + loopback());
  // Nothing answers there, so there is nothing to wait for.
  private Duration firstEvidence = Duration.ofSeconds(1);
  private HostPort xds = loopback();
  private HostPort grpc = loopback();
  private HostPort http = loopback();
  private Optional<TlsFiles> tls = Optional.empty();
  private Optional<WebhookSettings> webhook = Optional.empty();

  private Optional<Path> overrideToken = Optional.empty();

  private TestSettings(Origin origin) {
    this.origin = origin;
  }

  static TestSettings of(Origin origin) {
    return new TestSettings(origin);
  }

  static HostPort loopback() {
    return new HostPort("127.0.0.1", FreePorts.pick());
  }

  /** One that runs: a start waits for what it says. */
  TestSettings prometheus(String baseUrl) {
    prometheus = URI.create(baseUrl);
    firstEvidence = Duration.ofSeconds(10);
    return this;
  }

  TestSettings xds(HostPort address) {
    xds = address;
    return this;
  }

  TestSettings grpc(HostPort address) {
    grpc = address;
    return this;
  }

  TestSettings http(HostPort address) {
    http = address;
    return this;
  }

  TestSettings tls(TlsFiles files) {
    tls = Optional.of(files);
    return this;
  }

  TestSettings webhook(WebhookSettings settings) {
    webhook = Optional.of(settings);
    return this;
  }

  TestSettings overrideToken(Path file) {
    overrideToken = Optional.of(file);
    return this;
  }

  RunSettings build() {
    return new RunSettings(
        origin,
        PrometheusSettings.of(prometheus),
        xds,
        grpc,
        http,
        Optional.empty(),
        Duration.ofSeconds(1),
        firstEvidence,
        tls,
        100,
        webhook,
        Optional.empty(),
        overrideToken);
  }
}
