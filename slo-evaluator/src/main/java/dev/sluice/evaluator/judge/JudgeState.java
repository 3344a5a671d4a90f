package dev.sluice.evaluator.judge;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the judge remembers from turn to turn. Immutable; {@link JudgeStateCodec} writes it.
 *
 * @param services sorted by name
 */
public record JudgeState(List<ServiceTracks> services) {

  /** Nothing was judged yet. */
  public static final JudgeState EMPTY = new JudgeState(List.of());

  public JudgeState {
    services = List.copyOf(services);
  }

  /**
   * The same, as seen by who goes on from it at {@code now}: another judge had evidence until then,
   * so a verdict that isn't Unknown has its grace again.
   */
  public JudgeState continuedAt(Instant now) {
    return new JudgeState(services.stream().map(tracks -> tracks.continuedAt(now)).toList());
  }

  /**
   * Whether it remembers the same decisions and the same clocks; burn rates and evidence change
   * with every poll and are read anew.
   */
  public boolean isAsGoodAs(JudgeState other) {
    return services.size() == other.services.size()
        && IntStream.range(0, services.size())
            .allMatch(i -> services.get(i).isAsGoodAs(other.services.get(i)));
  }
}
