package dev.sluice.evaluator.judge;

import dev.sluice.model.Subject;
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

  Optional<Track> find(Subject subject) {
    return Optional.ofNullable(tracks.get(subject));
  }
}
