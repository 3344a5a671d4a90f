package dev.sluice.app.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.app.manifests.World;
import dev.sluice.app.sources.AgentHold;
import dev.sluice.foreman.admission.Target;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Foreman's Agents and AgenticTasks as they are now, followed to the services that their work lands
 * on: a task to its Agent, a local Agent to its InferenceService in the same namespace, and one
 * that calls an address to the Service of that name.
 *
 * <p>Source: Foreman's executor, which takes {@code spec.inferenceServiceRef} for a local Agent and
 * {@code spec.providerConfig.baseURL} for any other; LLMKube's labels on its Services.
 *
 * <ul>
 *   <li><i>Thread</i>: any.
 *   <li><i>On failure</i>: what can't be followed is admitted, with the reason in words.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
final class ForemanObjects implements KubeListener, TargetResolver {

  private static final String CLOUD_PROXY = "cloud-proxy";
  private static final String OF_ROUTER = "inference.llmkube.dev/model-router";
  private static final List<String> OF_SERVICE =
      List.of("inference.llmkube.dev/service", "llmkube.ai/inference-service");

  private final Map<ObjectKey, KubeAgent> agents = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Task> tasks = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Map<String, String>> serviceLabels = new ConcurrentHashMap<>();
  private volatile World world = World.EMPTY;
  private volatile boolean isRead;

  private record Task(Optional<String> agent, int priority) {}

  /** What is declared now. */
  void read(World next) {
    world = next;
    isRead = true;
  }

  /** Whether every Agent was seen: the first world comes after all that it is made of. */
  boolean isRead() {
    return isRead;
  }

  /** Whether there is such an InferenceService, judged or not yet. */
  boolean isDeclared(ServiceRef service) {
    return world.declarations().services().stream()
        .anyMatch(declared -> declared.ref().equals(service));
  }

  @Override
  public void seen(KubeObject object) {
    ObjectKey key = object.key();
    switch (key.kind()) {
      case AGENT -> agents.put(key, KubeAgent.of(object));
      case AGENTIC_TASK -> tasks.put(key, task(object.json()));
      case SERVICE -> keepLabels(key, object.json().at("/metadata/labels"));
      case INFERENCE_SERVICE,
          INFERENCE_SLO,
          MODEL_POOL,
          MODEL_ROUTER,
          SERVICE_LEVEL_OBJECTIVE,
          ENDPOINT_SLICE -> {}
    }
  }

  @Override
  public void gone(ObjectKey key) {
    agents.remove(key);
    tasks.remove(key);
    serviceLabels.remove(key);
  }

  private static Task task(JsonNode root) {
    return new Task(
        Optional.of(root.at("/spec/agentRef/name").asText("")).filter(name -> !name.isEmpty()),
        root.at("/spec/priority").asInt(0));
  }

  // Of LLMKube's Services only: a cluster has many others.
  private void keepLabels(ObjectKey key, JsonNode labels) {
    Map<String, String> kept = new ConcurrentHashMap<>();
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      if (label.getKey().equals(OF_ROUTER) || OF_SERVICE.contains(label.getKey())) {
        kept.put(label.getKey(), label.getValue().asText(""));
      }
    }
    if (kept.isEmpty()) {
      serviceLabels.remove(key);
    } else {
      serviceLabels.put(key, kept);
    }
  }

  /** Those there are now. */
  Map<ObjectKey, KubeAgent> agents() {
    return Map.copyOf(agents);
  }

  /** Those that are held, by whoever it is, sorted by name. */
  List<AgentHold> holds() {
    return agents.values().stream()
        .flatMap(
            agent ->
                agent
                    .heldBy()
                    .map(by -> new AgentHold(name(agent.key()), by, agent.heldUntil()))
                    .stream())
        .sorted(Comparator.comparing(AgentHold::agent))
        .toList();
  }

  private static String name(ObjectKey key) {
    return key.namespace() + "/" + key.name();
  }

  /** An Agent, if it is known. */
  Optional<KubeAgent> find(String namespace, String agent) {
    return Optional.ofNullable(agents.get(new ObjectKey(WatchedKind.AGENT, namespace, agent)));
  }

  @Override
  public Target agent(String namespace, String name) {
    return find(namespace, name)
        .map(this::target)
        .orElseGet(() -> TargetResolver.unknown("Agent", namespace, name));
  }

  @Override
  public Work agenticTask(String namespace, String name) {
    Optional<Task> task = task(namespace, name);
    Target target =
        task.map(
                known ->
                    known
                        .agent()
                        .map(agent -> agent(namespace, agent))
                        .orElseGet(() -> nowhere("AgenticTask", namespace, name, "has no Agent")))
            .orElseGet(() -> TargetResolver.unknown("AgenticTask", namespace, name));
    return new Work(target, task.map(Task::priority).orElse(0));
  }

  @Override
  public boolean runsAsJob(String namespace, String task) {
    return task(namespace, task)
        .flatMap(Task::agent)
        .flatMap(agent -> find(namespace, agent))
        .map(KubeAgent::isJob)
        .orElse(false);
  }

  private Optional<Task> task(String namespace, String name) {
    return Optional.ofNullable(tasks.get(new ObjectKey(WatchedKind.AGENTIC_TASK, namespace, name)));
  }

  private Target target(KubeAgent agent) {
    ObjectKey key = agent.key();
    if (agent.provider().equals(CLOUD_PROXY)) {
      return atAddress(agent);
    }
    return agent
        .service()
        .flatMap(name -> ServiceRef.tryOf(key.namespace(), name))
        .map(Target::service)
        .orElseGet(() -> nowhere("Agent", key.namespace(), key.name(), "has no model"));
  }

  private Target atAddress(KubeAgent agent) {
    ObjectKey key = agent.key();
    Function<String, Target> nowhere =
        words -> nowhere("Agent", key.namespace(), key.name(), words);
    Optional<ObjectKey> service = agent.kubeService();
    if (service.isEmpty()) {
      return nowhere.apply("calls an address outside the cluster");
    }
    Map<String, String> labels = serviceLabels.getOrDefault(service.get(), Map.of());
    String namespace = service.get().namespace();
    return OF_SERVICE.stream()
        .flatMap(label -> Optional.ofNullable(labels.get(label)).stream())
        .findFirst()
        .flatMap(name -> ServiceRef.tryOf(namespace, name))
        .map(Target::service)
        .or(
            () ->
                Optional.ofNullable(labels.get(OF_ROUTER))
                    .map(router -> new RouterRef(namespace, router))
                    .map(router -> throughRouter(router, nowhere)))
        .orElseGet(() -> nowhere.apply("calls " + service.get() + ", which isn't LLMKube's"));
  }

  // By its backends and not by its rules: which of them a request meets depends on the request.
  private Target throughRouter(RouterRef ref, Function<String, Target> nowhere) {
    Optional<RouterSpec> router = Optional.ofNullable(world.routers().get(ref));
    if (router.isEmpty()) {
      return nowhere.apply("calls ModelRouter " + ref + ", which isn't known");
    }
    List<Backend> backends = router.get().backends();
    return backends.stream().anyMatch(backend -> backend.service().isEmpty())
        ? nowhere.apply("calls ModelRouter " + ref + ", which has an external provider")
        : new Target.Services(
            backends.stream().flatMap(backend -> backend.service().stream()).toList());
  }

  private static Target nowhere(String kind, String namespace, String name, String words) {
    return new Target.Nowhere("%s %s/%s %s".formatted(kind, namespace, name, words));
  }
}
