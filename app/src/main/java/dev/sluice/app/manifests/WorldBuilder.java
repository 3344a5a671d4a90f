package dev.sluice.app.manifests;

import dev.sluice.evaluator.declare.ObjectiveResolver;
import dev.sluice.evaluator.declare.Resolution;
import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.evaluator.judge.Overrides;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.evaluator.judge.VerdictOverride;
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
  private final Map<ServiceRef, VerdictOverride> overrides = new HashMap<>();
  private final SortedMap<RouterRef, RouterSpec> routers = new TreeMap<>();
  private final SortedMap<RouterRef, String> pooled = new TreeMap<>();
  private final Map<ServiceRef, ObjectId> poolOf = new HashMap<>();
  private final Map<CredentialRef, Credential> credentials = new HashMap<>();

  private WorldBuilder(List<Problem> problems) {
    this.problems = new ArrayList<>(problems);
  }

  static World build(Collection<Manifest> objects, List<Problem> problems) {
    return new WorldBuilder(problems).join(objects);
  }

  private World join(Collection<Manifest> objects) {
    objects.forEach(this::addWhatOthersName);
    Map<ServiceRef, List<Endpoint>> endpoints =
        new EndpointJoin(services.keySet(), problems).join(objects);
    for (Manifest manifest : objects) {
      switch (manifest.declared()) {
        case Declared.Policy(InferenceSloSpec spec, SloPolicy policy) ->
            addPolicy(manifest, spec.service(), policy);
        case Declared.Slo slo -> addObjective(manifest, ObjectiveResolver.resolve(slo.slo()));
        case Declared.Router(RouterSpec spec) -> addRouter(manifest, spec, endpoints);
        case Declared.Service _,
            Declared.KubeService _,
            Declared.Slice _,
            Declared.Pool _,
            Declared.Secret _ -> {}
      }
    }
    problems.sort(
        Comparator.comparing(Problem::file)
            .thenComparingInt(Problem::line)
            .thenComparing(Problem::field));
    return new World(
        Declarations.of(services, policies, objectives.values()),
        new Overrides(overrides),
        routers,
        pooled,
        new Topology(endpoints, credentials),
        problems);
  }

  private void addWhatOthersName(Manifest manifest) {
    ObjectId id = manifest.id();
    switch (manifest.declared()) {
      case Declared.Service(ServiceRef ref, Presence presence, _, DeclaredOverride override) -> {
        services.put(ref, presence);
        override.override().ifPresent(it -> overrides.put(ref, it));
        override
            .slip()
            .ifPresent(slip -> problems.add(manifest.problem(slip.field(), slip.words())));
      }
      case Declared.Secret(Map<String, Credential> data) ->
          data.forEach(
              (key, value) ->
                  credentials.put(new CredentialRef(id.namespace(), id.name(), key), value));
      case Declared.Pool(List<ServiceRef> members) ->
          members.forEach(member -> poolOf.put(member, id));
      case Declared.Policy _,
          Declared.Slo _,
          Declared.Router _,
          Declared.KubeService _,
          Declared.Slice _ -> {}
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
    if (isPooled(manifest, spec)) {
      return;
    }
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

  /** Whether a backend is a member of a ModelPool: nobody but LLMKube's activator can wake it. */
  private boolean isPooled(Manifest manifest, RouterSpec spec) {
    for (int index = 0; index < spec.backends().size(); index++) {
      Optional<ServiceRef> service =
          spec.backends().get(index).service().filter(poolOf::containsKey);
      if (service.isPresent()) {
        String field = "spec.backends[" + index + "].inferenceServiceRef.name";
        String words =
            "\"%s\" is a member of %s (expected: a service of no ModelPool; LLMKube's router-proxy"
                    .formatted(service.get().name(), poolOf.get(service.get()))
                + " serves this router)";
        problems.add(manifest.problem(field, words));
        pooled.put(spec.ref(), field + ": " + words);
        return true;
      }
    }
    return false;
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
