package dev.sluice.xds.load;

import dev.sluice.model.RouterRef;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the Envoys that are connected to this process served lately, by fleet. Immutable.
 *
 * @param fleets those from which there are reports
 */
public record ServedLoad(Map<RouterRef, Requests> fleets) {

  /** Nobody reported anything. */
  public static final ServedLoad NONE = new ServedLoad(Map.of());

  public ServedLoad {
    fleets = Map.copyOf(fleets);
  }

  /** What was served of a fleet's rules. */
  public Requests of(RouterRef fleet) {
    return fleets.getOrDefault(fleet, Requests.NONE);
  }

  /** The part of a rule's requests that a backend got; empty while none are known. */
  public OptionalDouble fraction(RouterRef fleet, String rule, String backend) {
    return of(fleet).fraction(rule, backend);
  }
}
