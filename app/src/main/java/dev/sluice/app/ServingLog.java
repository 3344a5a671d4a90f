package dev.sluice.app;

import dev.sluice.app.loop.LogWords;
import dev.sluice.xds.serving.ServingEvent;
import dev.sluice.xds.serving.ServingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each Envoy that comes, goes or rejects. */
final class ServingLog implements ServingListener {

  private static final Logger log = LoggerFactory.getLogger("sluice");

  @Override
  public void onEvent(ServingEvent event) {
    switch (event) {
      case ServingEvent.Connected connected ->
          log.info("msg=envoy-connected fleet={} node={}", connected.fleet(), connected.node());
      case ServingEvent.Disconnected gone ->
          log.info("msg=envoy-disconnected fleet={} node={}", gone.fleet(), gone.node());
      case ServingEvent.Acked acked ->
          log.debug(
              "msg=ack fleet={} node={} type={} version={} ms={}",
              acked.fleet(),
              acked.node(),
              acked.type(),
              acked.version(),
              acked.latency().toMillis());
      case ServingEvent.Nacked nacked ->
          log.error(
              "msg=nack fleet={} node={} type={} version={} words={} effect=\"last acknowledged"
                  + " snapshot stays\"",
              nacked.fleet(),
              nacked.node(),
              nacked.type(),
              nacked.version(),
              LogWords.quote(nacked.envoyWords()));
    }
  }
}
