package dev.sluice.xds.resources;

import com.google.protobuf.BoolValue;
import dev.sluice.xds.router.RouterSettings.Access;
import dev.sluice.xds.router.RouterSpec;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.http.json_to_metadata.v3.JsonToMetadata;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where clients enter: one listener, one HTTP connection manager, the model read from the body. */
final class ListenerCompiler {

  // LLMKube's router-proxy caps bodies at 32 MiB; the body is kept for the model and for retries.
  static final int BODY_LIMIT_BYTES = 32 * 1024 * 1024;
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
    HttpConnectionManager.Builder manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix(EnvoyNames.STAT_PREFIX)
            .setRds(
                Rds.newBuilder().setRouteConfigName(EnvoyNames.ROUTES).setConfigSource(Protos.ADS))
            .setStreamIdleTimeout(Protos.duration(STREAM_IDLE))
            .setUseRemoteAddress(BoolValue.of(true))
            .setPreserveExternalRequestId(true)
            .setLocalReplyConfig(ErrorBody.ofEnvoy(router.ref()))
            .addAccessLog(StatsLogger.ofRequests(router.ref().name()));
    router
        .settings()
        .auditLog()
        .ifPresent(log -> manager.addAccessLog(AuditLogger.compile(router, log)));
    return manager.addAllHttpFilters(filters(router)).build();
  }

  private static List<HttpFilter> filters(RouterSpec router) {
    Optional<Access> access = router.settings().access();
    List<HttpFilter> filters = new ArrayList<>();
    access.map(ListenerCompiler::withoutTeam).ifPresent(filters::add);
    access.map(AccessCompiler::authentication).ifPresent(filters::add);
    filters.add(Protos.httpFilter("envoy.filters.http.json_to_metadata", modelToMetadata()));
    access
        .filter(some -> !some.grants().isEmpty())
        .map(AccessCompiler::authorization)
        .ifPresent(filters::add);
    filters.add(
        Protos.httpFilter(
            "envoy.filters.http.router",
            Router.newBuilder().addAllUpstreamLog(StatsLogger.ofAttempts()).build()));
    return filters;
  }

  /** Nobody but the token says which team a caller is of. */
  private static HttpFilter withoutTeam(Access access) {
    return Protos.httpFilter(
        "envoy.filters.http.header_mutation",
        HeaderMutation.newBuilder()
            .setMutations(
                Mutations.newBuilder()
                    .addRequestMutations(
                        io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation
                            .newBuilder()
                            .setRemove(access.teamHeader())))
            .build());
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
