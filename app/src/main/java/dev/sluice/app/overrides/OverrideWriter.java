package dev.sluice.app.overrides;

import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.ServiceRef;

/** Writes overrides down where they are read from; calls block. */
public interface OverrideWriter {

  /** What became of a write. */
  sealed interface Outcome {

    /** It is written. */
    record Done() implements Outcome {}

    /** There is no such service. */
    record Missing() implements Outcome {}

    /** Somebody else's override is there, and stays. */
    record Taken(String words) implements Outcome {}

    /** We may not write it. */
    record Refused(String words) implements Outcome {}

    /** Nobody answered. */
    record Away(String words) implements Outcome {}
  }

  /** Where there is nothing to write to. */
  OverrideWriter NONE =
      new OverrideWriter() {
        @Override
        public Outcome set(ServiceRef service, VerdictOverride override) {
          return nowhere();
        }

        @Override
        public Outcome takeBack(ServiceRef service) {
          return nowhere();
        }

        private static Outcome nowhere() {
          return new Outcome.Refused("manifests in a folder are edited by hand");
        }
      };

  /** Puts an override on a service, in the place of one that was written here before. */
  Outcome set(ServiceRef service, VerdictOverride override);

  /** Takes away what was written here before, which may be nothing. */
  Outcome takeBack(ServiceRef service);
}
