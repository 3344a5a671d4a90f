package dev.sluice.app.history;

import dev.sluice.app.history.Told.Kind;
import dev.sluice.app.loop.Announcement;
import dev.sluice.app.loop.Role;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.Lateness;
import dev.sluice.xds.shares.RuleShares;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Says an announcement in words for people. Pure. */
final class Teller {

  private Teller() {}

  static Told tell(long number, Instant at, Announcement announcement) {
    return switch (announcement) {
      case Announcement.VerdictChanged(Transition transition) -> verdict(number, at, transition);
      case Announcement.SharesChanged shares ->
          new Told(
              number,
              at,
              Kind.SHARES,
              shares.router().toString(),
              "rule %s: %s".formatted(shares.rule(), moves(shares.before(), shares.after())),
              reasons(shares.after()),
              Optional.empty(),
              shares.decision());
      case Announcement.ProblemFound(var problem) ->
          plain(number, at, Kind.PROBLEM, "", "Problem found", problem.toString());
      case Announcement.ProblemGone(var problem) ->
          plain(number, at, Kind.PROBLEM, "", "Problem gone", problem.toString());
      case Announcement.RouterFailed failed ->
          plain(
              number,
              at,
              Kind.PROBLEM,
              failed.router().toString(),
              "Router can't be compiled; what it served last stays",
              failed.words());
      case Announcement.ServingBegins(String words) ->
          plain(number, at, Kind.PROCESS, "", "Serving begins", words);
      case Announcement.RoleChanged(Role role) ->
          plain(number, at, Kind.PROCESS, "", "This replica is " + role.word() + " now", "");
    };
  }

  private static Told plain(
      long number, Instant at, Kind kind, String subject, String headline, String words) {
    return new Told(number, at, kind, subject, headline, words, Optional.empty(), Optional.empty());
  }

  private static Told verdict(long number, Instant at, Transition transition) {
    Verdict after = transition.after();
    String before = transition.before().map(Verdict::state).map(VerdictState::word).orElse("new");
    return new Told(
        number,
        at,
        Kind.VERDICT,
        transition.subject().toString(),
        before + " → " + after.state().word(),
        after.words(),
        Optional.of(after.state()),
        Optional.of(after.decision()));
  }

  private static String moves(RuleShares before, RuleShares after) {
    TreeSet<String> names = new TreeSet<>(before.backends().keySet());
    names.addAll(after.backends().keySet());
    List<String> moves = new ArrayList<>();
    for (String name : names) {
      String from = percent(before.backend(name));
      String to = percent(after.backend(name));
      moves.add(name + " " + (from.equals(to) ? to : from + " → " + to));
      after
          .backend(name)
          .ifPresent(
              backend ->
                  backend
                      .replicas()
                      .forEach((replica, share) -> moves.add(replica + " keeps " + share)));
    }
    return String.join(", ", moves);
  }

  private static String percent(Optional<BackendShare> backend) {
    return backend
        .map(one -> Math.round(100.0 * one.weight() / RuleShares.TOTAL_WEIGHT) + "%")
        .orElse("none");
  }

  private static String reasons(RuleShares after) {
    List<String> reasons = new ArrayList<>();
    after.lateness().map(Lateness::words).ifPresent(reasons::add);
    reasons.addAll(after.notes());
    return String.join("; ", reasons);
  }
}
