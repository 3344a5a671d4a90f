package dev.sluice.app.loop;

import dev.sluice.app.manifests.Problem;
import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RuleShares;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line of {@code key=value} for each announcement. */
final class Announcer {

  private static final Logger log = LoggerFactory.getLogger("sluice");

  private Announcer() {}

  static void announce(Announcement announcement) {
    switch (announcement) {
      case Announcement.ServingBegins(String words) ->
          log.info("msg=serving because={}", LogWords.quote(words));
      case Announcement.RoleChanged(Role role) -> log.info("msg=role role={}", role.word());
      case Announcement.VerdictChanged(Transition transition) -> log.info("{}", line(transition));
      case Announcement.SharesChanged shares -> log.info("{}", line(shares));
      case Announcement.ProblemFound(Problem problem) ->
          log.warn("msg=problem words={}", LogWords.quote(problem.toString()));
      case Announcement.ProblemGone(Problem problem) ->
          log.info("msg=problem-gone words={}", LogWords.quote(problem.toString()));
      case Announcement.RouterFailed failed ->
          log.error(
              "msg=router-failed router={} words={} effect=\"last good snapshot stays\"",
              failed.router(),
              LogWords.quote(failed.words()));
    }
  }

  /** {@code msg=verdict service=default/qwen before=WithinBudget after=Breached ...}. */
  static String line(Transition transition) {
    Verdict after = transition.after();
    StringBuilder line =
        new StringBuilder("msg=verdict service=").append(transition.subject().service());
    transition.subject().replica().ifPresent(name -> line.append(" replica=").append(name));
    String before = transition.before().map(Verdict::state).map(VerdictState::word).orElse("none");
    line.append(" before=").append(before).append(" after=").append(after.state().word());
    line.append(" decision=").append(after.decision());
    OptionalDouble burn = after.burnRate();
    if (burn.isPresent()) {
      line.append(String.format(Locale.ROOT, " burn=%.1f", burn.getAsDouble()));
    }
    return line.append(" words=").append(LogWords.quote(after.words())).toString();
  }

  /** {@code msg=shares router=default/chat rule=all decision=... gpu-a=334->495 gpu-b=666->505}. */
  static String line(Announcement.SharesChanged change) {
    StringBuilder line =
        new StringBuilder("msg=shares router=")
            .append(change.router())
            .append(" rule=")
            .append(change.rule())
            .append(" decision=")
            .append(change.decision().map(DecisionId::text).orElse("none"));
    TreeSet<String> names = new TreeSet<>(change.before().backends().keySet());
    names.addAll(change.after().backends().keySet());
    for (String name : names) {
      line.append(' ').append(name).append('=').append(weight(change.before(), name));
      line.append("->").append(weight(change.after(), name));
    }
    change.after().backends().forEach((name, backend) -> appendReplicas(line, name, backend));
    change
        .after()
        .lateness()
        .ifPresent(late -> line.append(" latency=").append(LogWords.quote(late.words())));
    if (!change.after().notes().isEmpty()) {
      line.append(" guards=").append(LogWords.quote(String.join("; ", change.after().notes())));
    }
    return line.toString();
  }

  private static void appendReplicas(StringBuilder line, String name, BackendShare backend) {
    backend
        .replicas()
        .forEach(
            (replica, share) ->
                line.append(String.format(Locale.ROOT, " %s[%s]=%s", name, replica, share)));
  }

  private static String weight(RuleShares shares, String backend) {
    return shares.backend(backend).map(BackendShare::weight).map(String::valueOf).orElse("none");
  }
}
