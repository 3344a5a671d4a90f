package dev.sluice.app.manifests;

import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.SloPolicy.Dispatch;
import dev.sluice.model.SloPolicy.Dispatch.Answer;
import dev.sluice.model.SloPolicy.Judge;
import dev.sluice.model.SloPolicy.Mode;
import dev.sluice.model.SloPolicy.Shares;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Reads an InferenceSLO: whom it is about, its targets, and what a breach does. The CRD accepts
 * nothing that is rejected here.
 */
final class InferenceSloReader {

  private static final Map<String, Mode> MODES =
      Map.of("Enforce", Mode.ENFORCE, "Observe", Mode.OBSERVE);
  private static final Map<String, Answer> ANSWERS =
      Map.of("Admit", Answer.ADMIT, "Defer", Answer.DEFER);

  private static final Duration DEFAULT_WINDOW = Duration.ofDays(28);
  private static final Duration SHORTEST_WINDOW = Duration.ofDays(3);
  private static final Duration LONGEST_WINDOW = Duration.ofDays(90);
  private static final int LEAST_TTFT_MS = 25; // Envoy's histograms: their finest bucket,
  private static final int MOST_TTFT_MS = 120_000; // and their last
  private static final int MOST_TOKENS_PER_SECOND = 1000;
  private static final double MOST_ERROR_BUDGET = 0.5; // at 50% even the slow alert can't fire

  private InferenceSloReader() {}

  static Declared read(ObjectId id, Field root) {
    Field spec = root.at("spec");
    Field onBreach = spec.at("onBreach");
    SloPolicy policy =
        new SloPolicy(
            spec.at("mode").choice(MODES, Mode.ENFORCE),
            judge(onBreach.at("recovery")),
            shares(onBreach.at("shares")),
            dispatch(onBreach));
    return new Declared.Policy(targets(id, spec), policy);
  }

  private static String target(Field targetRef) {
    String group = "inference.llmkube.dev";
    targetRef.at("group").choice(Map.of(group, group), group);
    targetRef.at("kind").choice(Map.of("InferenceService", "InferenceService"), "InferenceService");
    return targetRef.at("name").required("the name of an InferenceService in this namespace");
  }

  private static InferenceSloSpec targets(ObjectId id, Field spec) {
    Field ttft = spec.at("ttftP99Ms");
    Field budget = spec.at("errorBudget");
    Field throughput = spec.at("minThroughputTokS");
    if (!ttft.isPresent() && !budget.isPresent() && !throughput.isPresent()) {
      String words =
          "no target (expected: at least one of ttftP99Ms, errorBudget, minThroughputTokS)";
      spec.notes().add(spec.node().line(), spec.path(), words);
    }
    return new InferenceSloSpec(
        id.name(),
        new ServiceRef(id.namespace(), target(spec.at("targetRef"))),
        window(spec.at("window")),
        number(ttft, LEAST_TTFT_MS, MOST_TTFT_MS),
        errorBudget(budget),
        number(throughput, 1, MOST_TOKENS_PER_SECOND));
  }

  private static Duration window(Field field) {
    Duration window = field.duration(DEFAULT_WINDOW);
    if (window.compareTo(SHORTEST_WINDOW) < 0 || window.compareTo(LONGEST_WINDOW) > 0) {
      field.reject("3d to 90d; below 3d Pyrra rounds the fast alert's short window to 0m");
    }
    return window;
  }

  private static OptionalInt number(Field field, int least, int most) {
    return field.isPresent()
        ? OptionalInt.of(field.integer(least, least, most))
        : OptionalInt.empty();
  }

  private static OptionalDouble errorBudget(Field field) {
    OptionalDouble budget = field.fraction();
    if (budget.isPresent()
        && (budget.getAsDouble() == 0 || budget.getAsDouble() > MOST_ERROR_BUDGET)) {
      field.reject("above 0% and at most 50%, like 0.5%");
    }
    return budget;
  }

  private static Judge judge(Field recovery) {
    Judge standard = Judge.DEFAULT;
    Duration clearFor = recovery.at("clearFor").duration(standard.clearFor());
    Duration scaledCap =
        clearFor.multipliedBy(standard.clearForCap().dividedBy(standard.clearFor()));
    Duration clearForCap = recovery.at("clearForCap").duration(scaledCap);
    int minSamples = recovery.at("minSamples").integer(standard.minSamples(), 1, Integer.MAX_VALUE);
    Duration idleRecovery = recovery.at("idleRecovery").duration(standard.idleRecovery());
    Duration holdLast = recovery.at("holdLast").duration(standard.holdLast());
    return checked(
        recovery,
        recovery.path(),
        standard,
        () -> new Judge(clearFor, clearForCap, minSamples, idleRecovery, holdLast));
  }

  private static Shares shares(Field shares) {
    Shares standard = Shares.DEFAULT;
    Share atRisk = share(shares.at("atRisk"), standard.atRisk());
    Share breached = share(shares.at("breached"), standard.breached());
    Share probe = share(shares.at("probe"), standard.probe());
    double recoverBy = share(shares.at("recoverBy"), new Share(standard.recoverBy())).value();
    Duration step = shares.at("step").duration(standard.step());
    return checked(
        shares,
        "spec.onBreach",
        standard,
        () -> new Shares(atRisk, breached, probe, recoverBy, step));
  }

  private static Share share(Field field, Share fallback) {
    OptionalDouble fraction = field.fraction();
    if (fraction.isEmpty()) {
      return fallback;
    }
    if (fraction.getAsDouble() == 0) {
      field.reject("above 0%: without traffic nothing could prove recovery");
      return fallback;
    }
    return new Share(fraction.getAsDouble());
  }

  private static Dispatch dispatch(Field onBreach) {
    Dispatch standard = Dispatch.DEFAULT;
    return new Dispatch(
        onBreach.at("dispatch").choice(ANSWERS, standard.onBreach()),
        onBreach
            .at("minPriority")
            .integer(standard.minPriority(), Integer.MIN_VALUE, Integer.MAX_VALUE),
        onBreach.at("whenUnknown").choice(ANSWERS, standard.onUnknown()),
        number(onBreach.at("admitPerStep"), 1, Integer.MAX_VALUE));
  }

  // What holds between fields is the model's to say; its message names them.
  private static <T> T checked(Field field, String path, T fallback, Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException rejected) {
      field.notes().add(field.node().line(), path, String.valueOf(rejected.getMessage()));
      return fallback;
    }
  }
}
