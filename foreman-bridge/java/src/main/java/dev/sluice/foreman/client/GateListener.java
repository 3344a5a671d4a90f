package dev.sluice.foreman.client;

import io.grpc.Status;
import java.time.Instant;

/**
 * Is told what a gate does, to count it for example. Each method is called on the thread at work,
 * so it returns at once and throws nothing.
 */
public interface GateListener {

  /** Heeds nothing. */
  GateListener NONE = decision -> {};

  /** The gate answered. Called by each thread that asks. */
  void decided(GateDecision decision);

  /** The breach service was heard, at this time by the gate's clock. Called one at a time. */
  default void heard(Instant at) {}

  /** The watch ended, and will be opened again. Called one at a time. */
  default void watchEnded(Status status) {}
}
