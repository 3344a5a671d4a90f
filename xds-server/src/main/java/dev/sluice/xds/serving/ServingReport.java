package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.serving.TypeStream.Sent;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listener, the meters and the log what happened. */
record ServingReport(ServingListener listener, XdsMetrics metrics) {

  private static final Logger log = LoggerFactory.getLogger(ServingReport.class);

  void published(RouterRef ref, Fleet fleet) {
    metrics.published(ref, fleet);
  }

  void removed(RouterRef ref) {
    metrics.removed(ref);
  }

  void refused(String words) {
    log.warn("xds stream refused {}", words);
    metrics.refused(XdsMetrics.Refusal.FLEET);
  }

  void connected(RouterRef fleet, String node) {
    log.info("xds node connected fleet={} node={}", fleet, node);
    listener.onEvent(new ServingEvent.Connected(fleet, node));
  }

  void disconnected(RouterRef fleet, String node) {
    log.info("xds node disconnected fleet={} node={}", fleet, node);
    listener.onEvent(new ServingEvent.Disconnected(fleet, node));
  }

  void pushed(RouterRef fleet, XdsType type, int resources) {
    metrics.pushed(fleet, type, resources);
  }

  void acked(RouterRef fleet, String node, XdsType type, Sent sent, Instant now) {
    Duration latency = Duration.between(sent.at(), now);
    metrics.acked(fleet, type, latency);
    listener.onEvent(new ServingEvent.Acked(fleet, node, type, sent.snapshot(), latency));
  }

  void nacked(RouterRef fleet, String node, XdsType type, Sent sent, String words) {
    log.warn(
        "xds push rejected fleet={} node={} type={} version={} envoy=\"{}\"",
        fleet,
        node,
        type,
        sent.snapshot(),
        words);
    metrics.nacked(fleet, type);
    listener.onEvent(new ServingEvent.Nacked(fleet, node, type, sent.snapshot(), words));
  }

  void healed(FleetSnapshot snapshot) {
    log.info("xds fleet healed fleet={} version={}", snapshot.fleet(), snapshot.version());
  }
}
