package dev.sluice.app.cli;

import dev.sluice.evaluator.alerts.PrometheusSettings;
import java.time.Duration;

/**
 * What {@code sluice run} was asked for, checked.
 *
 * @param origin where the world is read from
 * @param prometheus where the alerts are read
 * @param xds where Envoys are served
 * @param grpc where dispatchers ask
 * @param http where the status pages are
 * @param poll how often Prometheus is asked
 * @param firstEvidence how long a start waits for Prometheus before it serves what it remembers
 */
public record RunSettings(
    Origin origin,
    PrometheusSettings prometheus,
    HostPort xds,
    HostPort grpc,
    HostPort http,
    Duration poll,
    Duration firstEvidence) {}
