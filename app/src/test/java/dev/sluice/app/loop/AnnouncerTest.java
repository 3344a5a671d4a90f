package dev.sluice.app.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.Transition;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Share;
import dev.sluice.model.Subject;
import dev.sluice.model.Verdict;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.Lateness;
import dev.sluice.xds.shares.RuleShares;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AnnouncerTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aVerdictIsOneLineWithItsReason() {
    Finding finding =
        new Finding(
            new ObjectiveRef("default", "qwen-ttft"),
            Optional.of(BurnRateTier.FAST),
            OptionalDouble.of(31.04),
            "qwen-ttft \"burns\"\n 31x");
    Verdict after =
        new Verdict.Breached(
            NOW, new DecisionId("d-1"), List.of(finding), BurnRateTier.FAST, List.of());

    String line =
        Announcer.line(
            new Transition(
                new Subject.Replica(new ServiceRef("default", "qwen"), "pod-1"),
                Optional.empty(),
                after));

    assertThat(line)
        .isEqualTo(
            "msg=verdict service=default/qwen replica=pod-1 before=none after=Breached"
                + " decision=d-1 burn=31.0 words=\"qwen-ttft 'burns' 31x\"");
  }

  @Test
  void aShareChangeIsOneLineWithBothWeights() {
    RuleShares before = shares(Map.of("a", backend(1, 500, Map.of())), List.of());
    RuleShares after =
        shares(
            Map.of(
                "a", backend(0.25, 125, Map.of("pod-1", new Share(0.5))),
                "b", backend(1, 875, Map.of())),
            List.of("at most 1 demoted"));

    String line =
        Announcer.line(
            new Announcement.SharesChanged(
                new RouterRef("default", "chat"),
                "all",
                Optional.of(new DecisionId("d-1")),
                before,
                after));

    assertThat(line)
        .isEqualTo(
            "msg=shares router=default/chat rule=all decision=d-1 a=500->125 b=none->875"
                + " a[pod-1]=50% guards=\"at most 1 demoted\"");
  }

  @Test
  void aShareChangeSaysThatTheRulesTargetForLatencyIsTheReason() {
    RuleShares before = shares(Map.of("a", backend(1, 1000, Map.of())), List.of());
    Lateness late =
        new Lateness(
            "a",
            Lateness.State.LATE,
            NOW,
            Duration.ofMillis(1900),
            Duration.ofMillis(500),
            34,
            Optional.empty());
    RuleShares after =
        shares(Map.of("a", backend(0.25, 250, Map.of())), List.of())
            .withLateness(Optional.of(late));

    String line =
        Announcer.line(
            new Announcement.SharesChanged(
                new RouterRef("default", "chat"), "all", Optional.empty(), before, after));

    assertThat(line)
        .isEqualTo(
            "msg=shares router=default/chat rule=all decision=none a=1000->250 latency=\"a late since "
                + NOW
                + ": latencySLOMs 500, P95 1900 ms of 34 requests\"");
  }

  private static RuleShares shares(Map<String, BackendShare> backends, List<String> notes) {
    return new RuleShares(new TreeMap<>(backends), Optional.of(NOW), notes);
  }

  private static BackendShare backend(double share, int weight, Map<String, Share> replicas) {
    return new BackendShare(new Share(share), new Share(share), weight, new TreeMap<>(replicas));
  }
}
