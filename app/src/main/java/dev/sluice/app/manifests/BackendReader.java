package dev.sluice.app.manifests;

import dev.sluice.model.ServiceRef;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Backend.HealthCheck;
import dev.sluice.xds.router.Backend.Upstream;
import dev.sluice.xds.router.CredentialRef;
import dev.sluice.xds.router.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads one item of a ModelRouter's {@code spec.backends}. */
final class BackendReader {

  private static final Map<String, Provider> PROVIDERS =
      Arrays.stream(Provider.values())
          .collect(Collectors.toMap(Provider::word, Function.identity()));
  // LLMKube modelrouter_types.go, HealthCheckSpec.
  private static final String HEALTH_PATH = "/health";
  private static final int HEALTH_INTERVAL = 10;
  private static final int HEALTH_TIMEOUT = 2;
  private static final int MOST_SECONDS = 86_400;

  private BackendReader() {}

  static Backend read(ObjectId router, Field item) {
    Field external = item.at("external");
    return new Backend(
        item.at("name").required("a name"),
        item.at("displayName").text(),
        upstream(router, item, external),
        item.at("weight").integer(1, 0, Integer.MAX_VALUE),
        // LLMKube's CRD defaults tier to local on external backends too.
        !external.isPresent() && !item.at("tier").text().equals(Optional.of("cloud")),
        item.at("timeout").duration(),
        Set.copyOf(item.at("capabilities").texts()),
        healthCheck(item.at("healthCheck")));
  }

  private static Upstream upstream(ObjectId router, Field item, Field external) {
    Field reference = item.at("inferenceServiceRef");
    if (reference.isPresent() == external.isPresent()) {
      item.notes()
          .add(
              item.node().line(),
              item.path(),
              (external.isPresent() ? "both" : "neither")
                  + " (expected: one of inferenceServiceRef, external)");
    }
    if (external.isPresent()) {
      return external(router, external);
    }
    String name = reference.at("name").required("the name of an InferenceService");
    return new Upstream.InService(new ServiceRef(router.namespace(), name));
  }

  private static Upstream external(ObjectId router, Field external) {
    Provider provider =
        external.at("provider").isPresent()
            ? external.at("provider").choice(PROVIDERS, Provider.OPENAI)
            : missing(external.at("provider"));
    return new Upstream.External(
        provider,
        url(external.at("url"), provider),
        external.at("model").text(),
        credential(router, external.at("credentialsSecretRef"), provider));
  }

  private static Provider missing(Field provider) {
    provider.reject("one of " + String.join(", ", PROVIDERS.keySet().stream().sorted().toList()));
    return Provider.OPENAI;
  }

  private static URI url(Field field, Provider provider) {
    Optional<String> text = field.text().filter(url -> !url.isEmpty()).or(provider::defaultUrl);
    if (text.isEmpty()) {
      field.reject("a URL, as provider " + provider.word() + " has no default");
      return URI.create("https://missing");
    }
    try {
      return URI.create(text.get());
    } catch (IllegalArgumentException _) {
      field.reject("a URL");
      return URI.create("https://malformed");
    }
  }

  private static Optional<CredentialRef> credential(
      ObjectId router, Field reference, Provider provider) {
    Optional<String> secret = reference.at("name").text().filter(name -> !name.isEmpty());
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    if (provider.secretKey().isEmpty()) {
      reference
          .at("name")
          .reject(
              "none: provider "
                  + provider.word()
                  + " signs requests, which Envoy doesn't; put a LiteLLM proxy before it");
    }
    return provider
        .secretKey()
        .map(key -> new CredentialRef(router.namespace(), secret.get(), key));
  }

  private static Optional<HealthCheck> healthCheck(Field check) {
    if (!check.isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new HealthCheck(
            check.at("path").text().orElse(HEALTH_PATH),
            seconds(check.at("intervalSeconds"), HEALTH_INTERVAL),
            seconds(check.at("timeoutSeconds"), HEALTH_TIMEOUT)));
  }

  private static Duration seconds(Field field, int fallback) {
    return Duration.ofSeconds(field.integer(fallback, 1, MOST_SECONDS));
  }
}
