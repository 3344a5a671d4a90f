package dev.sluice.demo.stage;

import dev.sluice.demo.report.Expectation;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.model.ServiceRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One of the demo's stories: who serves, who gets into trouble, and how. The manifests and the
 * rules that Pyrra made from their objectives are resources in {@code scenarios/<name>}.
 *
 * @param expected what the run must show
 * @param backends the fakes, in the order of the manifests
 * @param service the InferenceService whose verdict is watched
 * @param pod its replica that is in trouble, when only one is
 * @param objective the Pyrra objective that is broken
 * @param objectives the Pyrra objectives: a manifest and a rule file of its name each
 * @param fault turns healthy behaviour into the fault's
 */
public record Scenario(
    Expectation expected,
    List<Backend> backends,
    ServiceRef service,
    Optional<String> pod,
    String objective,
    List<String> objectives,
    Fault fault) {

  private static final int OBJECTIVE_MS = 500;
  private static final double THIRD = 1.0 / 3;

  public Scenario {
    backends = List.copyOf(backends);
    objectives = List.copyOf(objectives);
  }

  /**
   * A fake LLM.
   *
   * @param name in every table: the backend's, or the pod's when pods are told apart
   * @param service the InferenceService it belongs to
   * @param pod the replica's name in its EndpointSlice
   */
  public record Backend(String name, LlmRuntime runtime, String service, String pod) {}

  /** What goes wrong. */
  public record Fault(String words, UnaryOperator<Behaviour> change) {}

  /** The name on the command line and of the resource folder. */
  public String name() {
    return expected.scenario();
  }

  /** The backend in trouble. */
  public String troubled() {
    return expected.troubled();
  }

  /** File names under {@code manifests}: the router, the services, the objectives. */
  public List<String> manifests() {
    Stream<String> services = backends.stream().map(Backend::service).distinct();
    return Stream.of(Stream.of("router"), services, objectives.stream())
        .flatMap(names -> names)
        .map(name -> name + ".yaml")
        .toList();
  }

  /** All of them, the default first. */
  public static List<Scenario> all() {
    return List.of(slow(), errors(), replica());
  }

  /** One of three backends is slow but alive, and has no latency histogram of its own. */
  public static Scenario slow() {
    List<Backend> backends =
        List.of(vllm("qwen-a"), vllm("qwen-b"), backend("qwen-metal", LlmRuntime.LLAMACPP));
    return new Scenario(
        expect(
            "slow",
            "qwen-metal answers, but slowly. It has no latency histogram: Envoy measures it.",
            backends,
            "qwen-metal",
            // 2% of a third: less than 1% of all requests are slow, so clients keep their p99.
            0.02 * THIRD,
            "DEFER"),
        backends,
        new ServiceRef("default", "qwen-metal"),
        Optional.empty(),
        "qwen-metal-ttft",
        List.of("qwen-a-ttft", "qwen-b-ttft", "qwen-metal-ttft"),
        slowFault("qwen-metal"));
  }

  /** One of three backends fails half of its requests. */
  public static Scenario errors() {
    List<Backend> backends = List.of(vllm("qwen-a"), vllm("qwen-b"), vllm("qwen-c"));
    return new Scenario(
        expect(
            "errors",
            "qwen-c fails half of its requests. Envoy retries them elsewhere and counts each attempt.",
            backends,
            "qwen-c",
            0.02 * THIRD,
            "DEFER"),
        backends,
        new ServiceRef("default", "qwen-c"),
        Optional.empty(),
        "qwen-c-errors",
        List.of(
            "qwen-a-errors",
            "qwen-a-ttft",
            "qwen-b-errors",
            "qwen-b-ttft",
            "qwen-c-errors",
            "qwen-c-ttft"),
        new Fault(
            "qwen-c answers 500 to half of its requests", healthy -> healthy.withErrorRate(0.5)));
  }

  /** One of the three pods of a service is slow: only the pod loses traffic. */
  public static Scenario replica() {
    List<Backend> backends =
        Stream.of("qwen-0", "qwen-1", "qwen-2")
            .map(pod -> new Backend(pod, LlmRuntime.VLLM, "qwen", pod))
            .toList();
    return new Scenario(
        expect(
            "replica",
            "Pod qwen-2 of service qwen is slow. The pod loses its traffic, the service keeps its own.",
            backends,
            "qwen-2",
            0.01 * THIRD,
            "ADMIT"),
        backends,
        new ServiceRef("default", "qwen"),
        Optional.of("qwen-2"),
        "qwen-ttft",
        List.of("qwen-ttft"),
        slowFault("qwen-2"));
  }

  private static Fault slowFault(String name) {
    return new Fault(
        name + " takes 2 s to its first token", healthy -> healthy.withTtft(Duration.ofSeconds(2)));
  }

  private static Backend vllm(String name) {
    return backend(name, LlmRuntime.VLLM);
  }

  private static Backend backend(String name, LlmRuntime runtime) {
    return new Backend(name, runtime, name, name + "-0");
  }

  private static Expectation expect(
      String name,
      String headline,
      List<Backend> backends,
      String troubled,
      double probeShare,
      String dispatchDuring) {
    TreeMap<String, Double> declared = new TreeMap<>();
    backends.forEach(backend -> declared.put(backend.name(), 1.0 / backends.size()));
    return new Expectation(
        name, headline, troubled, declared, probeShare, OBJECTIVE_MS, dispatchDuring);
  }
}
