package dev.sluice.model;

/** What an objective measures; it decides how a breach is acted upon. */
public enum Indicator {
  /** Share of requests faster than a threshold: Pyrra {@code latency} and {@code latencyNative}. */
  LATENCY,
  /** Share of requests that don't fail: Pyrra {@code ratio}. */
  ERRORS,
  /** Share of time a target was up: Pyrra {@code bool_gauge}. */
  UPTIME;

  /** Whether ejecting failing endpoints helps: Envoy's outlier detection knows no latency. */
  public boolean isAvailability() {
    return this != LATENCY;
  }
}
