package dev.sluice.xds.resources;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Backend.Upstream.External;
import dev.sluice.xds.router.Credential;
import dev.sluice.xds.router.Provider;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An external backend as an internal listener: in a rule's cluster it is one endpoint beside
 * others, and behind it are its own Host, model, key and TLS. So one rule can mix pods and
 * providers, and a retry can go from either to the other.
 *
 * <p>The key comes by SDS as a secret of its own, so that a config dump shows it redacted and a new
 * one changes nothing else. Each request makes a connection to the internal listener (there is no
 * network in it), as an old connection would stay with what its listener was before an edit.
 */
final class ExternalCompiler {

  // Newer than java-control-plane's API; Envoy from 1.37 on has it.
  private static final String TRANSFORM =
      "type.googleapis.com/envoy.extensions.filters.http.transform.v3.TransformConfig";
  // What LLMKube's router-proxy sends (internal/router/backend.go).
  private static final String ANTHROPIC_VERSION = "2023-06-01";

  private ExternalCompiler() {}

  static Listener listener(Backend backend, External external) {
    String name = EnvoyNames.external(backend);
    HttpConnectionManager.Builder manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix(name)
            .setRouteConfig(routes(name, external))
            .setCommonHttpProtocolOptions(
                HttpProtocolOptions.newBuilder().setMaxRequestsPerConnection(Protos.uint32(1)))
            .setStreamIdleTimeout(Protos.duration(Duration.ZERO))
            .setPreserveExternalRequestId(true);
    external.model().ifPresent(model -> manager.addHttpFilters(modelRewrite(model)));
    external.credential().ifPresent(_ -> manager.addHttpFilters(key(backend, external.provider())));
    manager.addHttpFilters(
        Protos.httpFilter("envoy.filters.http.router", Router.getDefaultInstance()));
    return Listener.newBuilder()
        .setName(name)
        .setInternalListener(Listener.InternalListenerConfig.getDefaultInstance())
        .setPerConnectionBufferLimitBytes(Protos.uint32(ListenerCompiler.BODY_LIMIT_BYTES))
        .addFilterChains(
            FilterChain.newBuilder()
                .addFilters(
                    Filter.newBuilder()
                        .setName("envoy.filters.network.http_connection_manager")
                        .setTypedConfig(Protos.any(manager.build()))))
        .build();
  }

  private static RouteConfiguration routes(String name, External external) {
    RouteAction.Builder action =
        RouteAction.newBuilder()
            .setCluster(name)
            .setTimeout(Protos.duration(Duration.ZERO))
            .setHostRewriteLiteral(OutsideCluster.authority(external.url()));
    String prefix = OutsideCluster.pathPrefix(external.url());
    if (!prefix.isEmpty()) {
      action.setPrefixRewrite(prefix + "/");
    }
    Route.Builder route =
        Route.newBuilder()
            .setMatch(RouteMatch.newBuilder().setPrefix("/"))
            .setRoute(action)
            .addAllRequestHeadersToAdd(ownHeaders(external.provider()));
    return RouteConfiguration.newBuilder()
        .setName(name)
        .addVirtualHosts(VirtualHost.newBuilder().setName(name).addDomains("*").addRoutes(route))
        .build();
  }

  private static List<HeaderValueOption> ownHeaders(Provider provider) {
    List<HeaderValueOption> headers = new ArrayList<>();
    if (provider == Provider.ANTHROPIC) {
      headers.add(
          HeaderValueOption.newBuilder()
              .setHeader(
                  HeaderValue.newBuilder().setKey("anthropic-version").setValue(ANTHROPIC_VERSION))
              .setAppendAction(HeaderAppendAction.ADD_IF_ABSENT)
              .build());
    }
    return headers;
  }

  /** Merges {@code {"model": ...}} into the request's body; the rest of it stays as it is. */
  private static HttpFilter modelRewrite(String model) {
    // A percent sign starts a command in a format.
    Struct json =
        Struct.newBuilder().putFields("model", Protos.text(model.replace("%", "%%"))).build();
    Struct body =
        Struct.newBuilder()
            .putFields("body_format", Protos.struct("json_format", Protos.value(json)))
            .putFields("action", Protos.text("MERGE"))
            .build();
    Value request = Protos.struct("body_transformation", Protos.value(body));
    return Protos.httpFilter(
        "envoy.filters.http.transform",
        TypedStruct.newBuilder()
            .setTypeUrl(TRANSFORM)
            .setValue(Struct.newBuilder().putFields("request_transformation", request))
            .build());
  }

  private static HttpFilter key(Backend backend, Provider provider) {
    Generic generic =
        Generic.newBuilder()
            .setHeader(provider.header())
            .setCredential(
                SdsSecretConfig.newBuilder()
                    .setName(EnvoyNames.credential(backend))
                    .setSdsConfig(Protos.ADS))
            .build();
    return Protos.httpFilter(
        "envoy.filters.http.credential_injector",
        CredentialInjector.newBuilder()
            .setOverwrite(true)
            .setCredential(
                TypedExtensionConfig.newBuilder()
                    .setName("envoy.http.injected_credentials.generic")
                    .setTypedConfig(Protos.any(generic)))
            .build());
  }

  static Secret secret(Backend backend, Provider provider, Credential key) {
    return Secret.newBuilder()
        .setName(EnvoyNames.credential(backend))
        .setGenericSecret(
            GenericSecret.newBuilder()
                .setSecret(DataSource.newBuilder().setInlineString(provider.headerValue(key))))
        .build();
  }
}
