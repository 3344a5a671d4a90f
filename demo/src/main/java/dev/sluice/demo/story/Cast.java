package dev.sluice.demo.story;

import dev.sluice.demo.stage.Stage;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import java.time.Instant;

/** The load on a stage, and those who watch it. */
record Cast(
    Timeline timeline, LoadGenerator load, ShareMeter shares, AlertWatch alerts, BreachWatch breach)
    implements AutoCloseable {

  static Cast enter(Stage stage, double requestsPerSecond, Audience audience) {
    Timeline timeline = new Timeline(Instant.now(), audience::event);
    String url = stage.routerUrl() + "/v1/chat/completions";
    return new Cast(
        timeline,
        LoadGenerator.start(LoadPlan.of(url, Stage.MODEL, requestsPerSecond)),
        new ShareMeter(stage),
        new AlertWatch(stage.prometheus(), stage.scenario().objective(), timeline),
        new BreachWatch(stage.sluice().grpcPort(), stage.scenario(), timeline));
  }

  @Override
  public void close() {
    breach.close();
    alerts.close();
    load.close();
    shares.close();
  }
}
