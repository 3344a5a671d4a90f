package dev.sluice.app.manifests;

import dev.sluice.evaluator.declare.ObjectiveResolver;
import dev.sluice.evaluator.declare.Resolution;
import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Credential;
import dev.sluice.xds.router.CredentialRef;
import dev.sluice.xds.router.Endpoint;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Joins the accepted objects, and notes the references between them that lead nowhere. */
final class WorldBuilder {

  private final List<Problem> problems;
  private final SortedMap<ServiceRef, Presence> services = new TreeMap<>();
  private final SortedMap<ObjectiveRef, Objective> objectives = new TreeMap<>();
  private final Map<ServiceRef, SloPolicy> policies = new HashMap<>();
  private final SortedMap<RouterRef, RouterSpec> routers = new TreeMap<>();
  private final Map<CredentialRef, Credential> credentials = new HashMap<>();

  private WorldBuilder(List<Problem> problems) {
    this.problems = new ArrayList<>(problems);
  }

  static World build(Collection<Manifest> objects, List<Problem> problems) {
    return new WorldBuilder(problems).join(objects);
  }

  private World join(Collection<Manifest> objects) {
    for (Manifest manifest : objects) {
      if (manifest.declared() instanceof Declared.Service(ServiceRef ref, Presence presence, _)) {
        services.put(ref, presence);
      }
    }
    objects.forEach(this::addCredentials);
    Map<ServiceRef, List<Endpoint>> endpoints =
        new EndpointJoin(services.keySet(), problems).join(objects);
    for (Manifest manifest : objects) {
      switch (manifest.declared()) {
        case Declared.Policy(InferenceSloSpec spec, SloPolicy policy) ->
            addPolicy(manifest, spec.service(), policy);
        case Declared.Slo slo -> addObjective(manifest, ObjectiveResolver.resolve(slo.slo()));
        case Declared.Router(RouterSpec spec) -> addRouter(manifest, spec, endpoints);
        case Declared.Service _, Declared.KubeService _, Declared.Slice _, Declared.Secret _ -> {}
      }
    }
    problems.sort(
        Comparator.comparing(Problem::file)
            .thenComparingInt(Problem::line)
            .thenComparing(Problem::field));
    return new World(
        Declarations.of(services, policies, objectives.values()),
        routers,
        new Topology(endpoints, credentials),
        problems);
  }

  private void addCredentials(Manifest manifest) {
    if (manifest.declared() instanceof Declared.Secret(Map<String, Credential> data)) {
      ObjectId id = manifest.id();
      data.forEach(
          (key, value) ->
              credentials.put(new CredentialRef(id.namespace(), id.name(), key), value));
    }
  }

  private void addPolicy(Manifest manifest, ServiceRef target, SloPolicy policy) {
    String field = "spec.targetRef.name";
    if (!services.containsKey(target)) {
      problems.add(manifest.problem(field, unknownService(target)));
    } else if (policies.putIfAbsent(target, policy) != null) {
      problems.add(
          manifest.problem(
              field,
              "\"" + target.name() + "\" (expected: a service no other InferenceSLO names)"));
    }
  }

  private void addObjective(Manifest manifest, Resolution resolution) {
    switch (resolution) {
      case Resolution.Resolved(Objective objective) -> {
        if (services.containsKey(objective.service())) {
          objectives.put(objective.ref(), objective);
        } else {
          problems.add(manifest.problem("metadata.labels", unknownService(objective.service())));
        }
      }
      case Resolution.Invalid(String field, String words) ->
          problems.add(manifest.problem(field, words));
      case Resolution.NotOurs _ -> {}
    }
  }

  private void addRouter(
      Manifest manifest, RouterSpec spec, Map<ServiceRef, List<Endpoint>> endpoints) {
    routers.put(spec.ref(), spec);
    for (int index = 0; index < spec.backends().size(); index++) {
      Optional<ServiceRef> service = spec.backends().get(index).service();
      if (service.isPresent()) {
        String field = "spec.backends[" + index + "].inferenceServiceRef.name";
        checkBackend(service.get(), endpoints)
            .ifPresent(words -> problems.add(manifest.problem(field, words)));
      }
      checkCredential(manifest, index, spec.backends().get(index));
    }
  }

  private void checkCredential(Manifest manifest, int index, Backend backend) {
    backend
        .external()
        .flatMap(Backend.Upstream.External::credential)
        .filter(ref -> !credentials.containsKey(ref))
        .ifPresent(
            ref ->
                problems.add(
                    manifest.problem(
                        "spec.backends[" + index + "].external.credentialsSecretRef.name",
                        "\"%s\" has no key %s (expected: a Secret %s/%s with it; until then the"
                                .formatted(ref.secret(), ref.key(), ref.namespace(), ref.secret())
                            + " backend gets no requests)")));
  }

  private Optional<String> checkBackend(
      ServiceRef service, Map<ServiceRef, List<Endpoint>> endpoints) {
    if (!services.containsKey(service)) {
      return Optional.of(unknownService(service));
    }
    boolean isMeantToServe = services.get(service) instanceof Presence.Active;
    return isMeantToServe && endpoints.getOrDefault(service, List.of()).isEmpty()
        ? Optional.of(withoutEndpoints(service))
        : Optional.empty();
  }

  private static String withoutEndpoints(ServiceRef service) {
    return "\""
        + service.name()
        + "\" has no endpoints (expected: an EndpointSlice labelled "
        + EndpointJoin.SERVICE_NAME_LABEL
        + ": "
        + EndpointJoin.kubeServiceName(service)
        + ")";
  }

  private String unknownService(ServiceRef missing) {
    List<String> known =
        services.keySet().stream()
            .filter(service -> service.namespace().equals(missing.namespace()))
            .map(ServiceRef::name)
            .toList();
    String expected =
        known.isEmpty()
            ? "an InferenceService of namespace " + missing.namespace() + "; there is none"
            : "an InferenceService of namespace "
                + missing.namespace()
                + ": "
                + String.join(", ", known);
    return "\"" + missing.name() + "\" (expected: " + expected + ")";
  }
}
