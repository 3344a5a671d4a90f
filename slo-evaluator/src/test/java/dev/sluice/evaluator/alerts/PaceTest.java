package dev.sluice.evaluator.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Pace pace = new Pace(INTERVAL);

  @Test
  void theFirstPollIsDueAtOnceAndTheNextAfterTheInterval() {
    assertThat(pace.due()).isZero();

    start(Duration.ofMillis(3));

    assertThat(pace.due()).isEqualTo(Duration.ofMillis(5003));
  }

  @Test
  void aWakeIsDueAtOnceWhenTheLastPollBeganLongerAgoThanTheGap() {
    start(Duration.ZERO);

    pace.wake(Duration.ofMillis(400));

    assertThat(pace.due()).isLessThanOrEqualTo(Duration.ofMillis(400));
  }

  @Test
  void aWakeRightAfterAPollIsDueAtTheEndOfTheGap() {
    start(Duration.ofSeconds(10));

    pace.wake(Duration.ofSeconds(10).plusMillis(1));

    assertThat(pace.due()).isEqualTo(Duration.ofSeconds(10).plus(Pace.GAP));
  }

  @Test
  void severalWakesAreServedByOnePollAndMeasuredFromTheFirst() {
    start(Duration.ZERO);
    pace.wake(Duration.ofMillis(100));
    pace.wake(Duration.ofMillis(101));

    Optional<Duration> served = pace.start(Duration.ofMillis(102));

    assertThat(served).contains(Duration.ofMillis(100));
    assertThat(pace.due()).isEqualTo(Duration.ofMillis(102).plus(INTERVAL));
  }

  @Test
  void aWakeWhileAPollRunsLeadsToOneMore() {
    start(Duration.ZERO);
    pace.wake(Duration.ofMillis(100));
    start(Duration.ofMillis(100));

    pace.wake(Duration.ofMillis(103));

    assertThat(pace.due()).isEqualTo(Duration.ofMillis(100).plus(Pace.GAP));
  }

  @Test
  void aFloodOfWakesCostsABurstAndThenOnePollASecond() {
    List<Duration> starts = flood(Duration.ZERO, Duration.ofSeconds(60));

    assertThat(starts.subList(0, 1 + Pace.BURST))
        .last()
        .isEqualTo(Pace.GAP.multipliedBy(Pace.BURST));
    assertThat(starts).hasSizeBetween(60, 1 + Pace.BURST + 60);
  }

  @Test
  void aQuietTimeRefillsTheBurstAndNoMore() {
    flood(Duration.ZERO, Duration.ofSeconds(20));

    Duration quiet = Duration.ofHours(1);
    start(quiet);
    List<Duration> starts = flood(quiet.plusSeconds(1), quiet.plusSeconds(2));

    assertThat(starts).hasSize(Pace.BURST);
  }

  @Test
  void aFloodNeverDelaysTheRegularPoll() {
    Pace eager = new Pace(Duration.ofMillis(300));
    List<Duration> starts = new ArrayList<>();
    for (Duration now = Duration.ZERO; now.toSeconds() < 10; now = now.plusMillis(1)) {
      eager.wake(now);
      if (eager.due().compareTo(now) <= 0) {
        Optional<Duration> _ = eager.start(now);
        starts.add(now);
      }
    }

    assertThat(longestPause(starts)).isLessThanOrEqualTo(Duration.ofMillis(300));
  }

  /** Wakes every millisecond, and starts each poll when it is due. */
  private List<Duration> flood(Duration from, Duration until) {
    List<Duration> starts = new ArrayList<>();
    for (Duration now = from; now.compareTo(until) < 0; now = now.plusMillis(1)) {
      pace.wake(now);
      if (pace.due().compareTo(now) <= 0) {
        start(now);
        starts.add(now);
      }
    }
    return starts;
  }

  private static Duration longestPause(List<Duration> starts) {
    Duration longest = Duration.ZERO;
    for (int i = 1; i < starts.size(); i++) {
      Duration pause = starts.get(i).minus(starts.get(i - 1));
      longest = pause.compareTo(longest) > 0 ? pause : longest;
    }
    return longest;
  }

  private void start(Duration now) {
    Optional<Duration> _ = pace.start(now);
  }
}
