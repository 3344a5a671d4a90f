package dev.sluice.app.manifests;

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
import java.util.function.Supplier;

/** Reads an InferenceSLO: whom it is about, and what a breach does. */
final class InferenceSloReader {

  private static final Map<String, Mode> MODES =
      Map.of("Enforce", Mode.ENFORCE, "Observe", Mode.OBSERVE);
  private static final Map<String, Answer> ANSWERS =
      Map.of("Admit", Answer.ADMIT, "Defer", Answer.DEFER);

  private InferenceSloReader() {}

  static Declared read(ObjectId id, Field root) {
    Field spec = root.at("spec");
    checkTargets(spec);
    Field onBreach = spec.at("onBreach");
    SloPolicy policy =
        new SloPolicy(
            spec.at("mode").choice(MODES, Mode.ENFORCE),
            judge(onBreach.at("recovery")),
            shares(onBreach.at("shares")),
            dispatch(onBreach));
    String target = target(spec.at("targetRef"));
    return new Declared.Policy(new ServiceRef(id.namespace(), target), policy);
  }

  private static String target(Field targetRef) {
    String group = "inference.llmkube.dev";
    targetRef.at("group").choice(Map.of(group, group), group);
    targetRef.at("kind").choice(Map.of("InferenceService", "InferenceService"), "InferenceService");
    return targetRef.at("name").required("the name of an InferenceService in this namespace");
  }

  // The targets become Pyrra objectives in a cluster; beside a directory Pyrra reads its own file.
  private static void checkTargets(Field spec) {
    Duration window = spec.at("window").duration(Duration.ofDays(28));
    if (window.isZero()) {
      spec.at("window").reject("a duration above zero, like 28d");
    }
    spec.at("ttftP99Ms").integer(1, 1, Integer.MAX_VALUE);
    spec.at("minThroughputTokS").integer(1, 1, Integer.MAX_VALUE);
    OptionalDouble budget = spec.at("errorBudget").fraction();
    if (budget.isPresent() && (budget.getAsDouble() == 0 || budget.getAsDouble() == 1)) {
      spec.at("errorBudget").reject("above 0% and below 100%, like 0.5%");
    }
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
        onBreach.at("whenUnknown").choice(ANSWERS, standard.onUnknown()));
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
