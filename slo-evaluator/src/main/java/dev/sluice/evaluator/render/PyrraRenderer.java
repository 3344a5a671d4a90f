package dev.sluice.evaluator.render;

import dev.sluice.evaluator.declare.ObjectiveResolver;
import dev.sluice.evaluator.declare.PyrraIndicator;
import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.ServiceRef;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes Pyrra objectives of an InferenceSLO's targets, named {@code <service>-ttft}, {@code
 * <service>-errors} and {@code <service>-throughput}.
 *
 * <p>A threshold is rounded down to a bucket of the histogram, so that what is judged is never
 * laxer than what was asked. Labels with the prefix {@code pyrra.dev/} reach the alerts with the
 * prefix taken off; by the others people and we find the objects.
 */
public final class PyrraRenderer {

  private static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

  private static final String MANAGED_BY = "sluice";

  /** The annotation that names the InferenceSLO. */
  public static final String SOURCE_ANNOTATION = "sluice.dev/inferenceslo";

  private static final String TTFT_TARGET = "99";
  private static final String THROUGHPUT_TARGET = "95";
  private static final int MOST_LABEL_CHARACTERS = 63; // Kubernetes: the value of a label
  private static final BigDecimal SECOND_MILLIS = BigDecimal.valueOf(1000);
  private static final int BUDGET_DECIMALS = 9; // takes off what binary fractions add

  private final InferenceSloSpec spec;
  private final ServingRuntime runtime;
  private final SeriesCatalog catalog;
  private final List<RenderedSlo> objectives = new ArrayList<>();
  private final List<RenderNote> notes = new ArrayList<>();

  private PyrraRenderer(InferenceSloSpec spec, ServingRuntime runtime, SeriesCatalog catalog) {
    this.spec = spec;
    this.runtime = runtime;
    this.catalog = catalog;
  }

  /** Renders the targets of {@code spec}; a target that can't be rendered ends in a note. */
  public static Rendering render(
      InferenceSloSpec spec, ServingRuntime runtime, SeriesCatalog catalog) {
    return new PyrraRenderer(spec, runtime, catalog).render();
  }

  /** Whether an objective with these labels is managed by Sluice; all others stay as they are. */
  public static boolean isOurs(Map<String, String> labels) {
    return MANAGED_BY.equals(labels.get(MANAGED_BY_LABEL));
  }

  private Rendering render() {
    String service = spec.service().name();
    if (service.length() > MOST_LABEL_CHARACTERS) {
      notes.add(
          new RenderNote.NotMeasurable(
              "spec.targetRef.name",
              "\""
                  + service
                  + "\" has "
                  + service.length()
                  + " characters (expected: at most "
                  + MOST_LABEL_CHARACTERS
                  + ", so that a label can name it)"));
      return new Rendering(objectives, notes);
    }
    spec.ttftP99Ms().ifPresent(this::ttft);
    spec.errorBudget().ifPresent(this::errors);
    spec.minThroughputTokS().ifPresent(this::throughput);
    return new Rendering(objectives, notes);
  }

  private void ttft(int millis) {
    Threshold threshold =
        new Threshold(
            catalog.ttft(runtime),
            BigDecimal.valueOf(millis),
            judged -> Histogram.plain(judged) + " ms");
    addLatency("spec.ttftP99Ms", "ttft", TTFT_TARGET, threshold);
  }

  private void errors(double budget) {
    BigDecimal percent =
        BigDecimal.valueOf(budget)
            .setScale(BUDGET_DECIMALS, RoundingMode.HALF_UP)
            .movePointRight(2);
    String target = Histogram.plain(BigDecimal.valueOf(100).subtract(percent));
    String matchers = matchers(SeriesCatalog.ENVOY_SERVICE_LABEL);
    add(
        "spec.errorBudget",
        "errors",
        target,
        new PyrraIndicator.Ratio(
            SeriesCatalog.ATTEMPTS + "{" + matchers + ",code=~\"5..|0\"}",
            SeriesCatalog.ATTEMPTS + "{" + matchers + "}",
            List.of()));
  }

  private void throughput(int tokensPerSecond) {
    String field = "spec.minThroughputTokS";
    Optional<Histogram> histogram = catalog.timePerOutputToken(runtime);
    if (histogram.isEmpty()) {
      notes.add(
          new RenderNote.NotMeasurable(
              field,
              "nothing measures the generation rate of runtime %s (expected: runtime vllm, or no %s)"
                  .formatted(runtime.word(), field)));
      return;
    }
    Threshold threshold =
        new Threshold(
            histogram.get(),
            SECOND_MILLIS.divide(BigDecimal.valueOf(tokensPerSecond), MathContext.DECIMAL64),
            PyrraRenderer::tokensPerSecond);
    addLatency(field, "throughput", THROUGHPUT_TARGET, threshold);
  }

  private static String tokensPerSecond(BigDecimal millisPerToken) {
    BigDecimal rate =
        SECOND_MILLIS
            .divide(millisPerToken, MathContext.DECIMAL32)
            .setScale(1, RoundingMode.HALF_UP);
    return Histogram.plain(rate) + " tokens a second";
  }

  private void addLatency(String field, String suffix, String target, Threshold threshold) {
    threshold.note(field).ifPresent(notes::add);
    threshold
        .bound()
        .map(bound -> latency(threshold.histogram(), bound))
        .ifPresent(indicator -> add(field, suffix, target, indicator));
  }

  private PyrraIndicator latency(Histogram histogram, BigDecimal bound) {
    String matchers = matchers(histogram.serviceLabel());
    return new PyrraIndicator.Latency(
        "%s_bucket{%s,le=\"%s\"}".formatted(histogram.metric(), matchers, Histogram.plain(bound)),
        "%s_count{%s}".formatted(histogram.metric(), matchers),
        List.of());
  }

  private String matchers(String serviceLabel) {
    ServiceRef service = spec.service();
    return "namespace=\"%s\",%s=\"%s\""
        .formatted(service.namespace(), serviceLabel, service.name());
  }

  private void add(String field, String suffix, String target, PyrraIndicator indicator) {
    ServiceRef service = spec.service();
    Map<String, String> labels =
        Map.of(
            ObjectiveResolver.SERVICE_LABEL,
            service.name(),
            MANAGED_BY_LABEL,
            MANAGED_BY,
            "pyrra.dev/inferenceservice",
            service.name(),
            "pyrra.dev/namespace",
            service.namespace());
    PyrraSlo slo =
        new PyrraSlo(
            new ObjectiveRef(service.namespace(), service.name() + "-" + suffix),
            labels,
            target,
            PromDuration.format(spec.window()),
            indicator,
            Objective.DEFAULT_ALERT_NAME,
            true);
    objectives.add(new RenderedSlo(field, slo, Map.of(SOURCE_ANNOTATION, spec.name())));
  }
}
