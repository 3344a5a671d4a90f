package dev.sluice.xds.resources;

import com.google.protobuf.BoolValue;
import dev.sluice.xds.router.RouterSpec;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.json_to_metadata.v3.JsonToMetadata;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.time.Duration;

/** Where clients enter: one listener, one HTTP connection manager, the model read from the body. */
final class ListenerCompiler {

  // LLMKube's router-proxy caps bodies at 32 MiB; the body is kept for the model and for retries.
  private static final int BODY_LIMIT_BYTES = 32 * 1024 * 1024;
  // A stream that is silent for this long hangs; there is no other bound on a stream's life.
  private static final Duration STREAM_IDLE = Duration.ofMinutes(10);

  private ListenerCompiler() {}

  static Listener compile(RouterSpec router) {
    return Listener.newBuilder()
        .setName(EnvoyNames.LISTENER)
        .setAddress(
            Address.newBuilder()
                .setSocketAddress(
                    SocketAddress.newBuilder()
                        .setAddress(router.listen().host())
                        .setPortValue(router.listen().port())))
        .setPerConnectionBufferLimitBytes(Protos.uint32(BODY_LIMIT_BYTES))
        .addFilterChains(
            FilterChain.newBuilder()
                .addFilters(
                    Filter.newBuilder()
                        .setName("envoy.filters.network.http_connection_manager")
                        .setTypedConfig(Protos.any(connectionManager(router)))))
        .build();
  }

  private static HttpConnectionManager connectionManager(RouterSpec router) {
    return HttpConnectionManager.newBuilder()
        .setStatPrefix(EnvoyNames.STAT_PREFIX)
        .setRds(Rds.newBuilder().setRouteConfigName(EnvoyNames.ROUTES).setConfigSource(Protos.ADS))
        .setStreamIdleTimeout(Protos.duration(STREAM_IDLE))
        .setUseRemoteAddress(BoolValue.of(true))
        .setLocalReplyConfig(ErrorBody.ofEnvoy(router.ref()))
        .addAccessLog(StatsLogger.ofRequests(router.ref().name()))
        .addHttpFilters(
            HttpFilter.newBuilder()
                .setName("envoy.filters.http.json_to_metadata")
                .setTypedConfig(Protos.any(modelToMetadata())))
        .addHttpFilters(
            HttpFilter.newBuilder()
                .setName("envoy.filters.http.router")
                .setTypedConfig(
                    Protos.any(
                        Router.newBuilder().addAllUpstreamLog(StatsLogger.ofAttempts()).build())))
        .build();
  }

  /** A body without a model, or that isn't JSON, has the empty model, as in LLMKube's proxy. */
  private static JsonToMetadata modelToMetadata() {
    JsonToMetadata.KeyValuePair present =
        JsonToMetadata.KeyValuePair.newBuilder()
            .setMetadataNamespace(EnvoyNames.METADATA)
            .setKey(RouteCompiler.MODEL)
            .build();
    JsonToMetadata.KeyValuePair empty = present.toBuilder().setValue(Protos.text("")).build();
    return JsonToMetadata.newBuilder()
        .setRequestRules(
            JsonToMetadata.MatchRules.newBuilder()
                // Envoy reads "application/json" only, to the letter; clients add a charset.
                .setAllowContentTypesRegex(RegexMatcher.newBuilder().setRegex(".*"))
                .setAllowEmptyContentType(true)
                .addRules(
                    JsonToMetadata.Rule.newBuilder()
                        .addSelectors(
                            JsonToMetadata.Selector.newBuilder().setKey(RouteCompiler.MODEL))
                        .setOnPresent(present)
                        .setOnMissing(empty)
                        .setOnError(empty)))
        .build();
  }
}
