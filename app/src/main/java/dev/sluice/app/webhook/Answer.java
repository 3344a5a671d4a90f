package dev.sluice.app.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the API server is told of a write. */
sealed interface Answer {

  /** It may be. */
  record Allow() implements Answer {}

  /**
   * It may not be now. Foreman takes a conflict for a race that it lost: it tries the next node,
   * leaves the task Pending and comes back in 10 s. Any other refusal is an error to it.
   *
   * @param words why, for people
   */
  record Conflict(String words) implements Answer {}

  /** The metrics' word. */
  default String word() {
    return switch (this) {
      case Allow() -> "allow";
      case Conflict _ -> "defer";
    };
  }

  /** The {@code AdmissionReview} that answers the one with this uid. */
  default ObjectNode json(String uid) {
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", "admission.k8s.io/v1")
            .put("kind", "AdmissionReview");
    ObjectNode response = root.putObject("response").put("uid", uid);
    switch (this) {
      case Allow() -> response.put("allowed", true);
      case Conflict(String words) ->
          response
              .put("allowed", false)
              .putObject("status")
              .put("code", 409)
              .put("reason", "Conflict")
              .put("message", words);
    }
    return root;
  }
}
