package dev.sluice.app.fleets;

import java.util.Map;

/**
 * One object of a fleet, as it is to be.
 *
 * @param body all that Sluice says of it, with {@code apiVersion}, {@code kind} and {@code
 *     metadata}
 */
public record FleetPart(Key key, Map<String, Object> body) {

  public FleetPart {
    body = Map.copyOf(body);
  }

  /** Names an object of a fleet. */
  public record Key(FleetKind kind, String namespace, String name) {

    /** {@code Deployment default/chat-envoy}. */
    @Override
    public String toString() {
      return kind.word() + " " + namespace + "/" + name;
    }
  }

  @Override
  public String toString() {
    return key.toString();
  }
}
