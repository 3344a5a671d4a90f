package dev.sluice.app.kube;

import dev.sluice.model.Verdict;
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

  /** Notes a transition beside the object; the same one twice is noted once. */
  Outcome note(KubeObject object, Verdict verdict);
}
