package dev.sluice.app.cli;

import dev.sluice.app.tls.TlsFiles;
import dev.sluice.evaluator.alerts.PrometheusSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code sluice run} was asked for, checked.
 *
 * @param origin where the world is read from
 * @param prometheus where the alerts are read
 * @param xds where Envoys are served
 * @param grpc where dispatchers ask
 * @param http where the status pages are, and where Prometheus pushes
 * @param pushTokenFile the bearer token of its pushes; without one only this machine may push
 * @param poll how often Prometheus is asked
 * @param firstEvidence how long a start waits for Prometheus before it serves what it remembers
 * @param tls for Envoys and dispatchers; empty for neither
 * @param maxStreams how many Envoys may be connected at once
 * @param webhook where the API server asks before Foreman dispatches; empty for nowhere
 * @param httpTokenFile the bearer token with which other machines may read the pages; without one
 *     they get health and metrics alone
 * @param overrideTokenFile the bearer token with which the page may override verdicts; without one
 *     it is read-only
 */
public record RunSettings(
    Origin origin,
    PrometheusSettings prometheus,
    HostPort xds,
    HostPort grpc,
    HostPort http,
    Optional<Path> pushTokenFile,
    Duration poll,
    Duration firstEvidence,
    Optional<TlsFiles> tls,
    int maxStreams,
    Optional<WebhookSettings> webhook,
    Optional<Path> httpTokenFile,
    Optional<Path> overrideTokenFile) {}
