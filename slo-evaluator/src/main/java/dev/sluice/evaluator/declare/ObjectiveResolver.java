package dev.sluice.evaluator.declare;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;
import dev.sluice.model.PromDuration;
import dev.sluice.model.ServiceRef;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the InferenceService that a Pyrra ServiceLevelObjective speaks for, and makes an {@link
 * Objective} of it.
 *
 * <p>The service is the one named by the label {@value #SERVICE_LABEL} (which LLMKube sets on the
 * objectives it renders), in the objective's own namespace; without the label, the one whose {@code
 * service} and {@code namespace} the total selector pins with {@code =}. Whether such a service
 * exists is not known here.
 */
public final class ObjectiveResolver {

  /** LLMKube's label; its value is the InferenceService's name, dots kept. */
  public static final String SERVICE_LABEL = "inference.llmkube.dev/inferenceservice";

  private final PyrraSlo slo;

  private ObjectiveResolver(PyrraSlo slo) {
    this.slo = slo;
  }

  /** Says whom {@code slo} speaks for, and whether it can be judged. Never throws. */
  public static Resolution resolve(PyrraSlo slo) {
    return new ObjectiveResolver(slo).resolve();
  }

  private Resolution resolve() {
    boolean labelled = slo.labels().containsKey(SERVICE_LABEL);
    try {
      Optional<ServiceRef> service = labelled ? serviceOfLabel() : serviceOfSelector();
      return service.isPresent()
          ? new Resolution.Resolved(objective(service.get()))
          : new Resolution.NotOurs();
    } catch (Rejection rejection) {
      return rejection.invalid;
    }
  }

  private Optional<ServiceRef> serviceOfLabel() throws Rejection {
    String name = slo.labels().getOrDefault(SERVICE_LABEL, "");
    try {
      return Optional.of(new ServiceRef(slo.ref().namespace(), name));
    } catch (IllegalArgumentException noName) {
      throw reject(
          "metadata.labels[" + SERVICE_LABEL + "]", name, "the name of an InferenceService");
    }
  }

  /** A selector that can't be read, or names no valid service, is somebody else's affair. */
  private Optional<ServiceRef> serviceOfSelector() {
    try {
      Map<String, String> pinned = SeriesSelector.parse(slo.indicator().total()).pinned();
      return pinned.containsKey("service") && pinned.containsKey("namespace")
          ? Optional.of(
              new ServiceRef(
                  pinned.getOrDefault("namespace", ""), pinned.getOrDefault("service", "")))
          : Optional.empty();
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private Objective objective(ServiceRef service) throws Rejection {
    checkSelector();
    if (!slo.alerts()) {
      throw reject(
          "spec.alerting", "burn-rate alerts are off", "on; they are what verdicts are made of");
    }
    return new Objective(
        slo.ref(),
        service,
        slo.indicator().kind(),
        target(),
        window(),
        slo.indicator().total(),
        slo.indicator().subset(),
        slo.indicator().grouping(),
        slo.alertName());
  }

  private void checkSelector() throws Rejection {
    try {
      SeriesSelector total = SeriesSelector.parse(slo.indicator().total());
      if (total.metric().isEmpty()) {
        throw reject(totalField(), slo.indicator().total(), "a selector that names a metric");
      }
    } catch (IllegalArgumentException syntax) {
      throw reject(
          totalField(), slo.indicator().total(), "a PromQL selector; " + syntax.getMessage());
    }
  }

  private String totalField() {
    return "spec.indicator." + slo.indicator().totalField();
  }

  // In decimal, so that "99.9" is 0.999 and not 0.9990000000000001.
  private double target() throws Rejection {
    try {
      double ratio = new BigDecimal(slo.target().strip()).movePointLeft(2).doubleValue();
      if (ratio > 0 && ratio < 1) {
        return ratio;
      }
    } catch (NumberFormatException notANumber) {
      // rejected below, like a number out of range
    }
    throw reject("spec.target", slo.target(), "a percentage above 0 and below 100, like \"99.5\"");
  }

  private Duration window() throws Rejection {
    Duration window = parseWindow();
    if (BurnRateTier.FAST.windows(window).shortWindow().isZero()) {
      throw reject(
          "spec.window",
          slo.window(),
          "at least 3d; below that Pyrra rounds the fast alert's short window to 0m");
    }
    return window;
  }

  private Duration parseWindow() throws Rejection {
    try {
      return PromDuration.parse(slo.window());
    } catch (IllegalArgumentException syntax) {
      throw reject("spec.window", slo.window(), "a duration like 28d or 4w");
    }
  }

  private Rejection reject(String field, String value, String expected) {
    return new Rejection(
        new Resolution.Invalid(
            field,
            "ServiceLevelObjective "
                + slo.ref()
                + ": "
                + field
                + ": \""
                + value
                + "\" (expected: "
                + expected
                + ")"));
  }

  /** Leaves the resolver from deep within; never seen outside. */
  private static final class Rejection extends Exception {

    private final transient Resolution.Invalid invalid;

    Rejection(Resolution.Invalid invalid) {
      super(invalid.words());
      this.invalid = invalid;
    }
  }
}
