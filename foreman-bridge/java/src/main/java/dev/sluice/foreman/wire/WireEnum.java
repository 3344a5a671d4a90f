package dev.sluice.foreman.wire;

import java.util.EnumMap;
import java.util.Map;

/**
 * Pairs an enum of ours with its twin on the wire, whose constants have the same names behind a
 * prefix. A constant without a twin fails when the pair is made, so no value is ever forgotten.
 */
final class WireEnum<O extends Enum<O>, W extends Enum<W>> {

  private final Map<O, W> toWire;
  private final Map<W, O> toOurs;

  WireEnum(Class<O> ours, Class<W> wire, String prefix) {
    toWire = new EnumMap<>(ours);
    toOurs = new EnumMap<>(wire);
    for (O value : ours.getEnumConstants()) {
      W twin = Enum.valueOf(wire, prefix + value.name());
      toWire.put(value, twin);
      toOurs.put(twin, value);
    }
  }

  W encode(O value) {
    W twin = toWire.get(value);
    if (twin == null) {
      throw new IllegalStateException("no wire value for " + value);
    }
    return twin;
  }

  /**
   * Our value for one from the wire.
   *
   * @throws IllegalArgumentException if it is unspecified or newer than we are
   */
  O decode(W value) {
    O ours = toOurs.get(value);
    if (ours == null) {
      throw new IllegalArgumentException(value + " (expected: one of " + toOurs.keySet() + ")");
    }
    return ours;
  }
}
