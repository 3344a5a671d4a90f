package dev.sluice.app.kube;

import dev.sluice.model.Verdict;
import java.time.Instant;
import java.util.Map;

/** Writes to the API server; calls block. */
interface StatusWriter {

  /** Why a write wasn't done. */
  sealed interface Outcome {

    /** It was. */
    record Done() implements Outcome {}

    /** The API server said no to this one; another may pass. */
    record Refused(String words) implements Outcome {}

    /** Nobody answered. */
    record Away(String words) implements Outcome {}
  }

  /** Makes {@code status} the part of the object's status that is ours. */
  Outcome apply(ObjectKey key, Map<String, Object> status);

  /**
   * What an Event says.
   *
   * @param id tells it from others of the object: noted again, it is found noted
   * @param isNormal whether nobody needs to look
   * @param reason one word, in CamelCase
   */
  record Note(String id, boolean isNormal, String reason, String message, Instant at) {

    /** That the service of an object has another verdict. */
    static Note of(Verdict verdict) {
      return new Note(
          verdict.decision().text(),
          !(verdict instanceof Verdict.Breached),
          "SLO" + verdict.state().word(),
          StatusPlace.message(verdict),
          verdict.since());
    }
  }

  /** Notes a transition beside the object; the same one twice is noted once. */
  Outcome note(KubeObject object, Note note);
}
