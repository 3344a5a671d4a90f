package dev.sluice.app.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What the API server asks: an {@code AdmissionReview} of {@code admission.k8s.io/v1}, as far as it
 * matters here.
 *
 * @param uid to be said back
 * @param resource whose object is written
 * @param step what of Foreman's dispatch the write is
 */
record Review(String uid, Resource resource, Step step) {

  /** Whose status is written; the metrics' words. */
  enum Resource {
    FLEET_NODES("fleetnodes"),
    AGENTIC_TASKS("agentictasks"),
    OTHER("other");

    private final String word;

    Resource(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    private static Resource of(JsonNode request) {
      String group = request.at("/resource/group").asText("");
      String resource = request.at("/resource/resource").asText("");
      if (!group.equals("foreman.llmkube.dev")) {
        return OTHER;
      }
      return switch (resource) {
        case "fleetnodes" -> FLEET_NODES;
        case "agentictasks" -> AGENTIC_TASKS;
        default -> OTHER;
      };
    }
  }

  /** A step of Foreman's dispatch. */
  sealed interface Step {

    /** A node is reserved for a task: nothing is written of the task yet. */
    record Reserve(String namespace, String task) implements Step {}

    /** A task is given to a node, which for an in-process task was reserved before. */
    record Schedule(String namespace, String task) implements Step {}

    /** Any other write, which is none of our business. */
    record Unrelated() implements Step {}
  }

  /** Reads a review; empty if it is none. */
  static Optional<Review> of(JsonNode root) {
    JsonNode request = root.path("request");
    String uid = request.path("uid").asText("");
    if (uid.isEmpty() || !root.path("kind").asText("").equals("AdmissionReview")) {
      return Optional.empty();
    }
    Resource resource = Resource.of(request);
    return Optional.of(new Review(uid, resource, step(resource, request)));
  }

  private static Step step(Resource resource, JsonNode request) {
    if (!request.path("operation").asText("").equals("UPDATE")
        || !request.path("subResource").asText("").equals("status")) {
      return new Step.Unrelated();
    }
    return switch (resource) {
      case FLEET_NODES -> reserve(request);
      case AGENTIC_TASKS -> schedule(request);
      case OTHER -> new Step.Unrelated();
    };
  }

  private static Step reserve(JsonNode request) {
    String task = request.at("/object/status/currentTask").asText("");
    int slash = task.indexOf('/');
    boolean isNew = !task.equals(request.at("/oldObject/status/currentTask").asText(""));
    return isNew && slash > 0
        ? new Step.Reserve(task.substring(0, slash), task.substring(slash + 1))
        : new Step.Unrelated();
  }

  private static Step schedule(JsonNode request) {
    String scheduled = "Scheduled";
    boolean isNew =
        request.at("/object/status/phase").asText("").equals(scheduled)
            && !request.at("/oldObject/status/phase").asText("").equals(scheduled);
    return isNew
        ? new Step.Schedule(request.path("namespace").asText(""), request.path("name").asText(""))
        : new Step.Unrelated();
  }
}
