package dev.sluice.app.loop;

import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.shares.RouterShares;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a restart must not forget.
 *
 * @param revision of the last published snapshot
 * @param judge verdicts and their clocks
 * @param shares of each router, as served last
 */
public record SavedState(
    long revision, JudgeState judge, SortedMap<RouterRef, RouterShares> shares) {

  /** A first start. */
  public static final SavedState NONE = new SavedState(0, JudgeState.EMPTY, new TreeMap<>());

  public SavedState {
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
  }

  /** Whether going on from the one or from the other leads to the same verdicts and shares. */
  public boolean isAsGoodAs(SavedState other) {
    return revision == other.revision
        && shares.equals(other.shares)
        && judge.isAsGoodAs(other.judge);
  }
}
