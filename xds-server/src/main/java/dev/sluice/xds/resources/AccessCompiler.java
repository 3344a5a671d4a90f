package dev.sluice.xds.resources;

import dev.sluice.xds.router.RouterSettings.Access;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.rbac.v3.MetadataSource;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.rbac.v3.SourcedMetadata;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who may call: {@code policy.auth} as {@code jwt_authn} and {@code rbac}. A caller without a token
 * gets 401, one whose team isn't granted the model 403. Probes of health need neither, the list of
 * models a token only.
 */
final class AccessCompiler {

  private static final String JWT = "envoy.filters.http.jwt_authn";
  private static final String CLAIMS = "claims";
  private static final String KEYS_CLUSTER = "jwks";
  private static final String PROVIDER = "issuer";
  private static final Duration KEYS_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration KEYS_KEPT = Duration.ofMinutes(10);
  private static final List<String> PROBES = List.of("/health", "/healthz");
  private static final String MODELS = "/v1/models";

  private AccessCompiler() {}

  static Cluster keys(Access access, String caFile) {
    return OutsideCluster.compile(KEYS_CLUSTER, access.keys(), caFile);
  }

  static HttpFilter authentication(Access access) {
    JwtProvider provider =
        JwtProvider.newBuilder()
            .setIssuer(access.issuer())
            .setRemoteJwks(
                RemoteJwks.newBuilder()
                    .setHttpUri(
                        HttpUri.newBuilder()
                            .setUri(access.keys().toString())
                            .setCluster(KEYS_CLUSTER)
                            .setTimeout(Protos.duration(KEYS_TIMEOUT)))
                    .setCacheDuration(Protos.duration(KEYS_KEPT)))
            .setPayloadInMetadata(CLAIMS)
            .addClaimToHeaders(
                JwtClaimToHeader.newBuilder()
                    .setHeaderName(access.teamHeader())
                    .setClaimName(access.teamClaim()))
            .build();
    JwtAuthentication.Builder filter =
        JwtAuthentication.newBuilder().putProviders(PROVIDER, provider);
    for (String path : PROBES) {
      filter.addRules(RequirementRule.newBuilder().setMatch(RouteMatch.newBuilder().setPath(path)));
    }
    filter.addRules(
        RequirementRule.newBuilder()
            .setMatch(RouteMatch.newBuilder().setPrefix("/"))
            .setRequires(JwtRequirement.newBuilder().setProviderName(PROVIDER)));
    return Protos.httpFilter(JWT, filter.build());
  }

  static HttpFilter authorization(Access access) {
    RBAC.Builder rules = RBAC.newBuilder().setAction(RBAC.Action.ALLOW);
    Policy.Builder open =
        Policy.newBuilder()
            .addPrincipals(Principal.newBuilder().setAny(true))
            .addPermissions(path(MODELS));
    PROBES.forEach(path -> open.addPermissions(path(path)));
    rules.putPolicies("open", open.build());
    for (int i = 0; i < access.grants().size(); i++) {
      rules.putPolicies("grant-%04d".formatted(i), policy(access, access.grants().get(i)));
    }
    return Protos.httpFilter(
        "envoy.filters.http.rbac",
        io.envoyproxy
            .envoy
            .extensions
            .filters
            .http
            .rbac
            .v3
            .RBAC
            .newBuilder()
            .setRules(rules)
            .build());
  }

  private static Policy policy(Access access, Access.Grant grant) {
    Policy.Builder policy = Policy.newBuilder().addPrincipals(team(access, grant.team()));
    if (grant.models().isEmpty()) {
      policy.addPermissions(Permission.newBuilder().setAny(true));
    }
    for (String model : grant.models()) {
      policy.addPermissions(
          Permission.newBuilder()
              .setSourcedMetadata(
                  dynamic(EnvoyNames.METADATA, List.of(RouteCompiler.MODEL), model)));
    }
    return policy.build();
  }

  private static Principal.Builder team(Access access, String team) {
    List<String> claim =
        Stream.concat(Stream.of(CLAIMS), Arrays.stream(access.teamClaim().split("\\."))).toList();
    return Principal.newBuilder().setSourcedMetadata(dynamic(JWT, claim, team));
  }

  private static SourcedMetadata dynamic(String filter, List<String> path, String value) {
    return SourcedMetadata.newBuilder()
        .setMetadataMatcher(
            MatchCompiler.metadata(filter, path, StringMatcher.newBuilder().setExact(value)))
        .setMetadataSource(MetadataSource.DYNAMIC)
        .build();
  }

  private static Permission.Builder path(String path) {
    return Permission.newBuilder()
        .setUrlPath(PathMatcher.newBuilder().setPath(StringMatcher.newBuilder().setExact(path)));
  }
}
