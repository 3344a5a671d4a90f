package dev.sluice.xds.shares;

import dev.sluice.model.Share;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What shares may not do, in the order of the design (section 6): leave a rule without a healthy
 * backend, demote more than half of them, move more than {@code maxMoved}.
 *
 * @param notes what was prevented, for people
 */
record Guards(Instant now, List<String> notes) {

  static Guards at(Instant now) {
    return new Guards(now, new ArrayList<>());
  }

  /**
   * If each is breached, the load goes to a breached one anyway: declared weights come back, and
   * load is shed at the scheduler instead.
   */
  Map<String, Share> neverEmpty(
      String what, Map<String, Share> wanted, Map<String, Verdict> verdicts) {
    boolean allBreached =
        wanted.keySet().stream()
            .allMatch(name -> actingState(verdicts, name) == VerdictState.BREACHED);
    if (wanted.isEmpty() || !allBreached) {
      return wanted;
    }
    notes.add("every " + what + " is breached: declared weights stay");
    return full(wanted);
  }

  /**
   * At most half of them, rounded up, are demoted: breached ones first, then the fastest burn. The
   * only one never is: nobody could take what it frees.
   */
  Map<String, Share> atMostHalf(
      String what,
      Map<String, Share> wanted,
      Map<String, Verdict> verdicts,
      Set<String> demotedBefore) {
    int most = Math.min((wanted.size() + 1) / 2, wanted.size() - 1);
    List<String> demoted =
        wanted.entrySet().stream()
            .filter(entry -> entry.getValue().compareTo(Share.FULL) < 0)
            .map(Map.Entry::getKey)
            .sorted(worstFirst(verdicts, demotedBefore))
            .toList();
    if (demoted.size() <= most) {
      return wanted;
    }
    Map<String, Share> allowed = new TreeMap<>(wanted);
    for (String spared : demoted.subList(most, demoted.size())) {
      notes.add(
          what
              + " "
              + spared
              + " keeps its share: at most "
              + most
              + " of "
              + wanted.size()
              + " are demoted at once");
      allowed.put(spared, Share.FULL);
    }
    return allowed;
  }

  /** Raises shares, all by the same factor, until no more than {@code maxMoved} is moved. */
  Map<String, Share> maxMoved(
      Map<String, Share> shares, Map<String, Integer> declared, double maxMoved) {
    double sum = declared.values().stream().mapToInt(Integer::intValue).sum();
    double moved = 0;
    for (Map.Entry<String, Share> entry : shares.entrySet()) {
      moved += declared.getOrDefault(entry.getKey(), 0) / sum * (1 - entry.getValue().value());
    }
    if (moved <= maxMoved) {
      return shares;
    }
    double factor = maxMoved / moved;
    notes.add("no more than " + new Share(maxMoved) + " of the rule's traffic is moved");
    Map<String, Share> bounded = new TreeMap<>();
    shares.forEach((name, share) -> bounded.put(name, new Share(1 - (1 - share.value()) * factor)));
    return bounded;
  }

  // Those demoted before stay so, or two that burn alike would take turns.
  private Comparator<String> worstFirst(Map<String, Verdict> verdicts, Set<String> demotedBefore) {
    return Comparator.comparing(
            (String name) -> actingState(verdicts, name) != VerdictState.BREACHED)
        .thenComparing(name -> !demotedBefore.contains(name))
        .thenComparingDouble(name -> -burnRate(verdicts, name))
        .thenComparing(Comparator.naturalOrder());
  }

  private VerdictState actingState(Map<String, Verdict> verdicts, String name) {
    return Optional.ofNullable(verdicts.get(name))
        .map(verdict -> verdict.actingState(now))
        .orElse(VerdictState.UNKNOWN);
  }

  private static double burnRate(Map<String, Verdict> verdicts, String name) {
    return Optional.ofNullable(verdicts.get(name))
        .map(verdict -> verdict.burnRate().orElse(0))
        .orElse(0.0);
  }

  private static Map<String, Share> full(Map<String, Share> shares) {
    Map<String, Share> full = new TreeMap<>();
    shares.keySet().forEach(name -> full.put(name, Share.FULL));
    return full;
  }
}
