package dev.sluice.app.kube;

/**
 * {@code SLOFleetManaged} of a ModelRouter that asks for a fleet: whether it has it, or why not.
 *
 * @param reason true for {@link Reason#APPLIED} alone
 * @param words one sentence for people
 */
record ManagedFleet(Reason reason, String words) {

  static final String TYPE = "SLOFleetManaged";

  /** How far the fleet is. */
  enum Reason {
    /** All objects are as they should be, and a pod is ready. */
    APPLIED("Applied"),
    /** All objects are as they should be, and no pod is ready. */
    NO_POD_READY("NoPodReady"),
    /** An annotation, or the router's name, can't be used; the fleet stays as it was. */
    BAD_ANNOTATION("BadAnnotation"),
    /** The router isn't one that Envoys can be told of; the fleet stays as it was. */
    NOT_ACCEPTED("NotAccepted"),
    /** Somebody else has an object of the same name; nothing is touched. */
    NOT_OURS("NotOurs"),
    /** The API server didn't take a write. */
    NOT_APPLIED("NotApplied"),
    /** The router doesn't ask any more, but its Service still points at the fleet. */
    STILL_ADOPTED("StillAdopted");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  Condition condition() {
    return new Condition(TYPE, reason == Reason.APPLIED, reason.word(), words);
  }
}
