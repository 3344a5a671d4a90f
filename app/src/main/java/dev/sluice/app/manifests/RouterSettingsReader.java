package dev.sluice.app.manifests;

import dev.sluice.xds.router.RouterSettings;
import dev.sluice.xds.router.RouterSettings.Access;
import dev.sluice.xds.router.RouterSettings.AuditLog;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a ModelRouter's {@code spec.proxy} and {@code spec.policy}. What Envoy can't do as it is
 * meant is refused by name: a policy that is quietly not kept is worse than none.
 */
final class RouterSettingsReader {

  private static final String CA_FILE = "sluice.dev/ca-file";
  // LLMKube modelrouter_types.go.
  private static final String TEAM_HEADER = "x-llmkube-team";
  private static final String AUDIT_FILE = "/var/log/mlx-router/audit.log";

  private RouterSettingsReader() {}

  static RouterSettings read(Field root) {
    Field spec = root.at("spec");
    Field proxy = spec.at("proxy");
    Field policy = spec.at("policy");
    Field classification = policy.at("classification");
    RouterSettings defaults = RouterSettings.DEFAULT;
    refuse(classification.at("mode"), "header-only");
    if (!policy.at("budgets").items().isEmpty()) {
      policy
          .at("budgets")
          .reject("none: Envoy alone can't count tokens across a fleet, so no budget would hold");
    }
    if (spec.at("mcpServer").at("enabled").flag(false)) {
      spec.at("mcpServer").at("enabled").reject("false: there is no MCP endpoint");
    }
    return new RouterSettings(
        proxy.at("responseHeaderTimeout").duration(defaults.responseHeaderTimeout()),
        proxy.at("quarantineDuration").duration(defaults.quarantine()),
        classification.at("headerKey").text().orElse(defaults.classificationHeader()),
        sensitive(classification.at("sensitiveClassifications")),
        access(policy.at("auth")),
        auditLog(policy.at("auditLog")),
        root.at("metadata").at("annotations").at(CA_FILE).text().orElse(defaults.caFile()));
  }

  private static void refuse(Field field, String only) {
    field.text().filter(text -> !text.equals(only)).ifPresent(_ -> field.reject(only));
  }

  private static Set<String> sensitive(Field field) {
    return field.isPresent()
        ? field.texts().stream()
            .map(word -> word.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet())
        : RouterSettings.DEFAULT.sensitive();
  }

  private static Optional<Access> access(Field auth) {
    Field jwt = auth.at("jwt");
    List<Access.Grant> grants =
        auth.at("allowlists").items().stream().map(RouterSettingsReader::grant).toList();
    if (!jwt.isPresent()) {
      if (!grants.isEmpty()) {
        jwt.reject("a jwt, as allowlists need a team that a token proves");
      }
      return Optional.empty();
    }
    return Optional.of(
        new Access(
            jwt.at("issuer").required("the token's issuer"),
            keys(jwt.at("jwksURI")),
            jwt.at("teamClaim").required("the claim that names the team"),
            jwt.at("headerKey").text().filter(key -> !key.isEmpty()).orElse(TEAM_HEADER),
            grants));
  }

  private static Access.Grant grant(Field item) {
    return new Access.Grant(item.at("team").required("a team"), item.at("models").texts());
  }

  private static URI keys(Field field) {
    try {
      URI uri = URI.create(field.text().orElse(""));
      if (uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    field.reject("the URL of a JWKS, like https://idp.example/keys");
    return URI.create("https://malformed");
  }

  private static Optional<AuditLog> auditLog(Field log) {
    if (!log.isPresent()) {
      return Optional.empty();
    }
    if (log.at("includeRequestBody").flag(false)) {
      log.at("includeRequestBody").reject("false: bodies aren't logged");
    }
    String sink = log.at("sink").text().orElse("stdout");
    return switch (sink) {
      case "stdout" -> Optional.of(new AuditLog(Optional.empty()));
      case "file" ->
          Optional.of(new AuditLog(log.at("filePath").text().or(() -> Optional.of(AUDIT_FILE))));
      default -> {
        log.at("sink").reject("stdout or file");
        yield Optional.empty();
      }
    };
  }
}
