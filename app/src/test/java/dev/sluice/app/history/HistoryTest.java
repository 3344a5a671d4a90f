package dev.sluice.app.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.Announcement;
import dev.sluice.model.DecisionId;
import dev.sluice.model.RouterRef;
import dev.sluice.model.Share;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RuleShares;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final RouterRef CHAT = new RouterRef("default", "chat");

  private Instant now = START;
  private ServedLoad served = ServedLoad.NONE;
  private final History history = new History(() -> now, () -> served);

  @Test
  void aMoveIsToldInPercentWithItsDecision() {
    history.tell(moved(CHAT, 500, 125));

    Told told = history.changes().getFirst();
    assertThat(told.kind()).isEqualTo(Told.Kind.SHARES);
    assertThat(told.subject()).isEqualTo("default/chat");
    assertThat(told.headline()).isEqualTo("rule all: a 50% → 13%, b 50% → 88%");
    assertThat(told.decision()).contains(new DecisionId("d-1"));
    assertThat(told.at()).isEqualTo(START);
  }

  @Test
  void theNewestFiveHundredChangesAreKeptNewestFirst() {
    for (int count = 0; count < 510; count++) {
      history.tell(new Announcement.ServingBegins("time " + count));
    }

    assertThat(history.changes()).hasSize(History.CHANGES);
    assertThat(history.changes().getFirst().words()).isEqualTo("time 509");
    assertThat(history.changes().getLast().words()).isEqualTo("time 10");
  }

  @Test
  void aPictureHasWhatWasWantedAndWhatWasServedThen() {
    history.tell(moved(CHAT, 500, 400));
    now = START.plusSeconds(10);
    served = new ServedLoad(Map.of(CHAT, new Requests(Map.of("all", Map.of("a", 1L, "b", 3L)))));
    history.tell(moved(CHAT, 400, 300));

    RulePicture picture = history.pictures(CHAT).get("all");

    assertThat(picture).isNotNull();
    assertThat(picture.times()).containsExactly(START, START.plusSeconds(10));
    assertThat(picture.lines().get("a"))
        .isEqualTo(new RulePicture.Line(List.of(0.4f, 0.3f), List.of(Float.NaN, 0.25f)));
  }

  @Test
  void onlyTheNewestSamplesOfARuleAreKept() {
    IntStream.rangeClosed(1, RuleSeries.SAMPLES + 5)
        .forEach(
            second -> {
              now = START.plusSeconds(second);
              history.tell(moved(CHAT, 500, 400));
            });

    RulePicture picture = history.pictures(CHAT).get("all");

    assertThat(picture).isNotNull();
    assertThat(picture.times()).hasSize(RuleSeries.SAMPLES).first().isEqualTo(START.plusSeconds(6));
  }

  @Test
  void theRulesThatChangedLastAreKeptWhereThereIsNoRoomForAll() {
    int rules = History.LINES / 2;
    IntStream.rangeClosed(0, rules)
        .forEach(number -> history.tell(moved(new RouterRef("default", "r" + number), 500, 400)));

    assertThat(history.pictures(new RouterRef("default", "r0"))).isEmpty();
    assertThat(history.pictures(new RouterRef("default", "r1"))).isNotEmpty();
    assertThat(history.pictures(new RouterRef("default", "r" + rules))).isNotEmpty();
  }

  @Test
  void aRuleWithOtherBackendsBeginsAnew() {
    history.tell(moved(CHAT, 500, 400));
    RuleShares alone =
        new RuleShares(new TreeMap<>(Map.of("c", BackendShare.FULL)), Optional.empty(), List.of());
    history.tell(new Announcement.SharesChanged(CHAT, "all", Optional.empty(), rule(400), alone));

    RulePicture picture = history.pictures(CHAT).get("all");

    assertThat(picture).isNotNull();
    assertThat(picture.lines()).containsOnlyKeys("c");
    assertThat(picture.times()).hasSize(1);
  }

  private static Announcement.SharesChanged moved(RouterRef router, int before, int after) {
    return new Announcement.SharesChanged(
        router, "all", Optional.of(new DecisionId("d-1")), rule(before), rule(after));
  }

  private static RuleShares rule(int weight) {
    return new RuleShares(
        new TreeMap<>(Map.of("a", backend(weight), "b", backend(1000 - weight))),
        Optional.empty(),
        List.of());
  }

  private static BackendShare backend(int weight) {
    return new BackendShare(Share.FULL, Share.FULL, weight, new TreeMap<>());
  }
}
