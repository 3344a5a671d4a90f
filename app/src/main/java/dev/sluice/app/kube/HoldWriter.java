package dev.sluice.app.kube;

import java.time.Instant;

/** Puts holds on Agents, and takes them off; calls block. */
interface HoldWriter {

  /**
   * Puts a hold on, or another end to it.
   *
   * @param by a label's value
   */
  StatusWriter.Outcome hold(KubeObject agent, String by, Instant until);

  /** Takes off what is ours, and nothing else. */
  StatusWriter.Outcome release(KubeObject agent);
}
