package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.xds.load.Requests;
import dev.sluice.xds.load.ServedLoad;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LoadServiceTest {

  private static final TestFleet FLEET =
      TestFleet.small()
          .withCluster(
              "rule/qwen",
              Map.of("a", new TestFleet.Backend(1, 70), "b", new TestFleet.Backend(2, 30)));

  @RegisterExtension final TestServer test = new TestServer();

  private final List<FakeReporter> reporters = new ArrayList<>();

  @AfterEach
  void close() {
    reporters.forEach(FakeReporter::close);
  }

  private FakeReporter reporter() {
    FakeReporter reporter = FakeReporter.of(test.server(), "n" + reporters.size());
    reporters.add(reporter);
    reporter.introduce();
    return reporter;
  }

  private void eventuallyServed(Map<String, Long> requests) {
    test.eventually(
        "the reports have come",
        () ->
            assertThat(test.server().served().of(TestFleet.CHAT))
                .isEqualTo(new Requests(Map.of("qwen", requests))));
  }

  @Test
  void nodeIsAskedForAllClustersOnce() {
    FakeReporter reporter = reporter();

    LoadStatsResponse question = reporter.next();
    test.server().publish(FLEET.resources());
    reporter.report("rule/qwen", Map.of("a", 1L));

    assertThat(question.getSendAllClusters()).isTrue();
    assertThat(question.getReportEndpointGranularity()).isFalse();
    assertThat(question.getLoadReportingInterval().getSeconds()).isEqualTo(10);
    eventuallyServed(Map.of("a", 1L));
    assertThat(reporter.unread()).isZero();
  }

  @Test
  void reportsOfAllNodesAddUp() {
    test.server().publish(FLEET.resources());
    FakeReporter one = reporter();
    FakeReporter other = reporter();

    one.report("rule/qwen", Map.of("a", 60L, "b", 30L));
    one.report("rule/qwen", Map.of("a", 10L));
    other.report("rule/qwen", Map.of("a", 100L));

    eventuallyServed(Map.of("a", 170L, "b", 30L));
    assertThat(test.server().served().fraction(TestFleet.CHAT, "qwen", "b")).hasValue(0.15);
  }

  @Test
  void nodeThatIsGoneServesNothingAnyMore() {
    test.server().publish(FLEET.resources());
    FakeReporter leaves = reporter();
    FakeReporter isKilled = reporter();
    FakeReporter stays = reporter();
    reporters.forEach(reporter -> reporter.report("rule/qwen", Map.of("a", 100L)));
    stays.report("rule/qwen", Map.of("b", 300L));
    eventuallyServed(Map.of("a", 300L, "b", 300L));

    leaves.complete();
    isKilled.breakOff();

    eventuallyServed(Map.of("a", 100L, "b", 300L));
  }

  @Test
  void nodeOfAnUnknownFleetIsHeardAndForgotten() {
    FakeReporter reporter = FakeReporter.of(test.server(), "n", "nonsense");
    reporters.add(reporter);
    reporter.introduce();

    assertThat(reporter.next().getSendAllClusters()).isTrue();
    reporter.report("rule/qwen", Map.of("a", 1L));
    reporter.complete();

    assertThat(reporter.end()).isEmpty();
    assertThat(test.server().served()).isEqualTo(ServedLoad.NONE);
  }

  @Test
  void reportsTakeNoNodesPlace() {
    reporter().next();

    assertThat(test.meters().get("sluice.xds.streams").gauge().value()).isZero();
  }
}
