package dev.sluice.evaluator.judge;

import dev.sluice.model.Subject;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the judge remembers from turn to turn. Immutable; {@link JudgeStateCodec} writes it. */
public record JudgeState(SortedMap<Subject, Track> tracks) {

  /** Nothing was judged yet. */
  public static final JudgeState EMPTY = new JudgeState(new TreeMap<>());

  public JudgeState {
    tracks = Collections.unmodifiableSortedMap(new TreeMap<>(tracks));
  }

  /**
   * The same, as seen by who goes on from it at {@code now}: another judge had evidence until then,
   * so a verdict that isn't Unknown has its grace again.
   */
  public JudgeState continuedAt(Instant now) {
    SortedMap<Subject, Track> continued = new TreeMap<>();
    tracks.forEach((subject, track) -> continued.put(subject, track.continuedAt(now)));
    return new JudgeState(continued);
  }

  /**
   * Whether it remembers the same decisions and the same clocks; burn rates and evidence change
   * with every poll and are read anew.
   */
  public boolean isAsGoodAs(JudgeState other) {
    return tracks.keySet().equals(other.tracks.keySet())
        && tracks.entrySet().stream()
            .allMatch(
                entry -> entry.getValue().isAsGoodAs(other.find(entry.getKey()).orElseThrow()));
  }

  Optional<Track> find(Subject subject) {
    return Optional.ofNullable(tracks.get(subject));
  }
}
