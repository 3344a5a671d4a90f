package dev.sluice.demo.story;

import dev.sluice.demo.report.Run.Chaos;
import dev.sluice.demo.report.Run.Disturbance;
import dev.sluice.demo.stage.Stage;
import dev.sluice.demo.story.BreachWatch.Reading;
import dev.sluice.lab.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes a part away in the middle of a breach, gives it back, and notes what that changed. */
final class Disturber {

  private static final Duration DOWN = Duration.ofSeconds(5);
  private static final Duration BACK = Duration.ofSeconds(90);
  private static final Duration SHARE_WINDOW = Duration.ofSeconds(10);

  private final Stage stage;
  private final Cast cast;
  private final String troubled;

  Disturber(Stage stage, Cast cast) {
    this.stage = stage;
    this.cast = cast;
    this.troubled = stage.scenario().troubled();
  }

  Chaos cause(Disturbance disturbance) {
    double shareBefore = troubledShare();
    String decisionBefore = decision(Instant.MIN);
    Instant from = Instant.now();
    switch (disturbance) {
      case KILL_SLUICE -> killSluice();
      case RESTART_PROMETHEUS -> restartPrometheus();
    }
    Instant back = Instant.now();
    // A share that was lost and given back at once would still show in this stretch.
    Story.rest(SHARE_WINDOW);
    List<String> states =
        cast.breach().between(from, Instant.now()).stream()
            .map(Reading::acting)
            .distinct()
            .toList();
    return new Chaos(
        disturbance,
        shareBefore,
        troubledShare(),
        decisionBefore,
        decision(back),
        states,
        cast.timeline().second(back) - cast.timeline().second(from));
  }

  private void killSluice() {
    cast.timeline().mark("kill -9 of Sluice");
    stage.sluice().kill9();
    Story.rest(DOWN);
    stage.sluice().start();
    Instant started = cast.timeline().note("Sluice is started again");
    Await.until(
        BACK,
        "Sluice answers again",
        () -> {
          stage.sluice().requireAlive();
          return cast.breach().latestAfter(started).isPresent();
        });
    cast.timeline().mark("Sluice answers again");
  }

  private void restartPrometheus() {
    cast.timeline().mark("Prometheus restarts");
    stage.prometheus().restart();
    Instant restarted = cast.timeline().note("Prometheus answers again");
    Await.until(
        BACK,
        "the restarted Prometheus evaluates and the alert fires",
        () -> cast.alerts().pagesSince(restarted));
    cast.timeline().mark("the alert fires in the restarted Prometheus");
  }

  private double troubledShare() {
    return cast.shares().last(SHARE_WINDOW).getOrDefault(troubled, 0.0);
  }

  private String decision(Instant since) {
    Optional<Reading> latest = cast.breach().latestAfter(since);
    return latest.map(Reading::decisionId).orElse("-");
  }
}
