package dev.sluice.demo.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.demo.report.Run.Phases;
import dev.sluice.demo.report.Run.Seconds;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class ReportTest {

  @Test
  void jsonHasTheKeysThatToolsReadAndFractionsForShares() throws Exception {
    JsonNode json = json(CannedRun.good());

    assertThat(json.path("scenario").asText()).isEqualTo("slow");
    assertThat(json.path("requests").asLong()).isEqualTo(15_000);
    assertThat(json.path("failed").asLong()).isZero();
    assertThat(json.at("/declaredShare/gpu-c").asDouble()).isEqualTo(0.3333);
    assertThat(json.at("/servedShare/during/gpu-c").asDouble()).isEqualTo(0.007);
    assertThat(json.at("/ttftP99Ms/before").asDouble()).isEqualTo(112);
    assertThat(json.path("objectiveTtftMs").asInt()).isEqualTo(500);
    assertThat(json.at("/seconds/injectToFiring").asDouble()).isEqualTo(41.2);
    assertThat(json.at("/seconds/healToRecovered").asDouble()).isEqualTo(181);
    assertThat(json.at("/dispatch/during").asText()).isEqualTo("DEFER");
    assertThat(json.at("/chaos/0/disturbance").asText()).isEqualTo("kill-sluice");
    assertThat(json.path("claims")).hasSize(11);
    assertThat(json.path("events")).hasSize(8);
  }

  @Test
  void jsonSaysNullForWhatWasNeverMeasured() throws Exception {
    JsonNode json = json(stalled());

    assertThat(json.at("/servedShare/during").isNull()).isTrue();
    assertThat(json.at("/seconds/verdictToShifted").isNull()).isTrue();
  }

  @Test
  void pictureIsWellFormedAndNamesEveryBackendEventAndTheObjective() throws Exception {
    Document picture = parse(TimelineSvg.draw(CannedRun.good()));

    assertThat(picture.getElementsByTagName("polygon").getLength()).isEqualTo(3);
    assertThat(picture.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(picture.getDocumentElement().getTextContent())
        .contains("gpu-a", "gpu-b", "gpu-c", "objective: 99% below 500 ms")
        .contains("alert fires: gpu-c-ttft, fast tier, burns 71x")
        .doesNotContain("load begins");
  }

  @Test
  void pictureOfAStoryThatStalledAtOnceCanBeDrawn() throws Exception {
    Run run = stalled();
    Run empty =
        new Run(
            run.expected(),
            run.setting(),
            0,
            0,
            run.failures(),
            run.stalled(),
            run.phases(),
            run.seconds(),
            List.of(),
            List.of(),
            List.of());

    assertThat(parse(TimelineSvg.draw(empty)).getDocumentElement().getTagName()).isEqualTo("svg");
  }

  @Test
  void summaryShowsPhasesSideBySideAndMarksBrokenClaims() {
    String good = summary(CannedRun.good());
    String failing = summary(CannedRun.failing(3));

    assertThat(good).containsPattern("served by gpu-c +33.3% +0.7% +33.4%").doesNotContain("FAIL");
    assertThat(failing).contains("FAIL no request fails: 3 of 15000 failed {status 503=3}");
  }

  private static Run stalled() {
    OptionalDouble never = OptionalDouble.empty();
    return CannedRun.with(
        new Phases(Optional.empty(), Optional.empty(), Optional.empty()),
        new Seconds(never, never, never, never),
        List.of(),
        Optional.of("no alert fires"));
  }

  private static JsonNode json(Run run) throws Exception {
    return new ObjectMapper().readTree(ReportJson.write(run, Claims.check(run)));
  }

  private static String summary(Run run) {
    return Summary.write(run, Claims.check(run));
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }
}
