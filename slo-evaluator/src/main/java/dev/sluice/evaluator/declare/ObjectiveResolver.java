package dev.sluice.evaluator.declare;

/** Stub. */
public final class ObjectiveResolver {

  private ObjectiveResolver() {}

  /** Stub. */
  public static Resolution resolve(PyrraSlo slo) {
    return slo.alerts() ? new Resolution.NotOurs() : new Resolution.Invalid("", "");
  }
}
