package dev.sluice.app.fleets;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the annotations of a ModelRouter ask of its fleet.
 *
 * @param asks whether Sluice is to make the fleet
 * @param replicas how many Envoys; empty for as many as the settings say
 * @param maxReplicas up to how many an autoscaler goes; empty for no autoscaler
 * @param slip what can't be used of it; empty if all can
 */
public record FleetWish(
    boolean asks, OptionalInt replicas, OptionalInt maxReplicas, Optional<String> slip) {

  /** Asks for a fleet, with the value {@code "true"}. */
  public static final String MANAGE = "sluice.dev/manage-fleet";

  /** How many Envoys. */
  public static final String REPLICAS = "sluice.dev/fleet-replicas";

  /** Up to how many Envoys an autoscaler goes. */
  public static final String MAX_REPLICAS = "sluice.dev/fleet-max-replicas";

  /** A slip of the pen shouldn't buy a hundred thousand pods. */
  static final int MOST = 1000;

  /** The longest name whose fleet's name still is one of a Service. */
  static final int LONGEST_NAME = 63 - FleetParts.SUFFIX.length();

  /** Reads the metadata of a ModelRouter. */
  public static FleetWish of(JsonNode metadata) {
    JsonNode annotations = metadata.path("annotations");
    boolean asks = annotations.path(MANAGE).asText("").equals("true");
    OptionalInt replicas = number(annotations.path(REPLICAS));
    OptionalInt most = number(annotations.path(MAX_REPLICAS));
    return new FleetWish(
        asks,
        replicas,
        most,
        badNumber(annotations, REPLICAS, replicas)
            .or(() -> badNumber(annotations, MAX_REPLICAS, most))
            .or(() -> tooLong(metadata.path("name").asText(""))));
  }

  /** Why the fleet can't be made as it is asked for, where it would have so many Envoys else. */
  public Optional<String> fault(int otherwise) {
    int fewest = replicas.orElse(otherwise);
    return slip.or(
        () ->
            maxReplicas.isPresent() && maxReplicas.getAsInt() < fewest
                ? Optional.of(
                    "metadata.annotations[%s]: \"%d\" (expected: %d or more, as many as %s)"
                        .formatted(MAX_REPLICAS, maxReplicas.getAsInt(), fewest, REPLICAS))
                : Optional.empty());
  }

  private static OptionalInt number(JsonNode annotation) {
    try {
      int number = Integer.parseInt(annotation.asText(""));
      return number >= 1 && number <= MOST ? OptionalInt.of(number) : OptionalInt.empty();
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  private static Optional<String> badNumber(JsonNode annotations, String name, OptionalInt read) {
    return annotations.has(name) && read.isEmpty()
        ? Optional.of(
            "metadata.annotations[%s]: \"%s\" (expected: 1 to %d)"
                .formatted(name, annotations.path(name).asText(), MOST))
        : Optional.empty();
  }

  private static Optional<String> tooLong(String name) {
    return name.length() > LONGEST_NAME || name.contains(".")
        ? Optional.of(
            "metadata.name: \"%s\" (expected: at most %d characters without a dot, as %s%s is the name of a Service)"
                .formatted(name, LONGEST_NAME, "ROUTER", FleetParts.SUFFIX))
        : Optional.empty();
  }
}
