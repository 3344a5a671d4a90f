package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.kube.ShareSample.Route;
import dev.sluice.app.kube.ShareTexts.Place;
import dev.sluice.model.RouterRef;
import dev.sluice.model.Share;
import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.shares.BackendShare;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShareSampleTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final RouterRef CHAT = new RouterRef("default", "chat");
  private static final Place QWEN = new Place("chat", "all", "qwen");
  private static final String WANTED = "shares\nchat\nall\nqwen\nwanted";
  private static final String SERVED = "shares\nchat\nall\nqwen\nserved";

  private static ServedLoad served(long percent) {
    return new ServedLoad(
        Map.of(CHAT, new Requests(Map.of("all", Map.of("qwen", percent, "other", 100 - percent)))));
  }

  private static ShareSample sample(double share, int weight, ServedLoad load, int second) {
    BackendShare qwen = new BackendShare(Share.FULL, new Share(share), weight, new TreeMap<>());
    return ShareSample.of(Map.of(QWEN, new Route(CHAT, qwen)), load, NOON.plusSeconds(second));
  }

  @Test
  void whatIsServedIsShownBesideWhatIsWanted() {
    assertThat(sample(0.25, 175, served(20), 0).texts())
        .containsEntry("share", "25%")
        .containsEntry(WANTED, "18%")
        .containsEntry(SERVED, "20%");
  }

  @Test
  void withoutReportsNothingIsServed() {
    assertThat(sample(0.25, 175, ServedLoad.NONE, 0).texts())
        .containsEntry(WANTED, "18%")
        .doesNotContainKey(SERVED);
  }

  @Test
  void serviceThatKeepsEverythingShowsNeither() {
    ShareSample full = sample(1, 700, served(20), 0);

    assertThat(full.texts()).containsEntry("share", "100%").doesNotContainKeys(WANTED, SERVED);
    assertThat(full.nextLook(NOON)).isEmpty();
  }

  @Test
  void whatIsServedAloneIsShownAnewAfterAMinuteAndOnlyIfItMoved() {
    ShareSample first = sample(0.25, 175, served(70), 0);
    ShareSample soon = sample(0.25, 175, served(20), 59);
    ShareSample later = sample(0.25, 175, served(20), 60);
    ShareSample near = sample(0.25, 175, served(24), 600);

    assertThat(first.or(soon)).isSameAs(first);
    assertThat(first.or(later)).isSameAs(later);
    assertThat(later.or(near)).isSameAs(later);
  }

  @Test
  void reportsThatComeOrEndAreShownAfterAMinute() {
    ShareSample silent = sample(0.25, 175, ServedLoad.NONE, 0);
    ShareSample first = sample(0.25, 175, served(1), 60);

    assertThat(silent.or(first)).isSameAs(first);
    assertThat(first.or(sample(0.25, 175, ServedLoad.NONE, 120)).texts()).doesNotContainKey(SERVED);
  }

  @Test
  void otherSharesAreShownAtOnce() {
    ShareSample first = sample(0.25, 175, served(70), 0);
    ShareSample next = sample(0.35, 230, served(69), 1);

    assertThat(first.or(next)).isSameAs(next);
  }

  @Test
  void itIsLookedAtAgainWhenItIsAMinuteOldAndThenWithEachReport() {
    ShareSample sample = sample(0.25, 175, served(20), 0);

    assertThat(sample.nextLook(NOON.plusSeconds(1))).hasValue(NOON.plusSeconds(60));
    assertThat(sample.nextLook(NOON.plusSeconds(60))).hasValue(NOON.plusSeconds(70));
  }
}
