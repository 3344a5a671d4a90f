package dev.sluice.xds.load;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What one node reported lately. Immutable.
 *
 * <p>Reports that follow each other faster than a {@value #SLOTS}th of the window are kept as one
 * sum, so that a node which reports without pause takes no more memory than others.
 *
 * @param length how far back it reaches
 * @param slots oldest first
 */
public record LoadWindow(Duration length, List<Slot> slots) {

  private static final int SLOTS = 12;

  /**
   * Some reports that came close together.
   *
   * @param from when the first of them came
   */
  public record Slot(Instant from, Requests requests) {}

  public LoadWindow {
    slots = List.copyOf(slots);
  }

  /** One of this length, without a report. */
  public static LoadWindow empty(Duration length) {
    return new LoadWindow(length, List.of());
  }

  /** With a report that came {@code now}, and without those that are too old by now. */
  public LoadWindow with(Requests report, Instant now) {
    List<Slot> next = new ArrayList<>(live(now));
    if (!next.isEmpty() && now.isBefore(next.getLast().from().plus(length.dividedBy(SLOTS)))) {
      Slot last = next.removeLast();
      next.add(new Slot(last.from(), last.requests().plus(report)));
    } else {
      next.add(new Slot(now, report));
    }
    return new LoadWindow(length, next);
  }

  /** All that it holds at {@code now}. */
  public Requests total(Instant now) {
    return Requests.sum(live(now).stream().map(Slot::requests).toList());
  }

  private List<Slot> live(Instant now) {
    Instant oldest = now.minus(length);
    return slots.stream().filter(slot -> slot.from().isAfter(oldest)).toList();
  }
}
