package dev.sluice.app.logs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonEncoderTest {

  private final Logger logger = new LoggerContext().getLogger("sluice");

  @Test
  void thePairsOfALineBecomeAttributesWithTheDecisionAmongThem() throws IOException {
    JsonNode line =
        encode(
            Level.INFO,
            "msg=verdict service=default/qwen before=WithinBudget after=Breached"
                + " decision=k3f9-0a1b2c3d burn=28.9 words=\"qwen-ttft burns 28.9x: fast\"",
            null);

    assertThat(line.path("timestamp").asText()).isEqualTo("2026-01-01T00:00:00.123Z");
    assertThat(line.path("severity_text").asText()).isEqualTo("INFO");
    assertThat(line.path("severity_number").asInt()).isEqualTo(9);
    assertThat(line.path("body").asText()).isEqualTo("verdict");
    assertThat(line.at("/scope/name").asText()).isEqualTo("sluice");
    assertThat(line.at("/attributes/decision").asText()).isEqualTo("k3f9-0a1b2c3d");
    assertThat(line.at("/attributes/words").asText()).isEqualTo("qwen-ttft burns 28.9x: fast");
    assertThat(line.path("attributes").has("msg")).isFalse();
  }

  @Test
  void aLineThatIsNoPairsStaysWhole() throws IOException {
    JsonNode line = encode(Level.WARN, "started x=1 in 3 s", null);

    assertThat(line.path("body").asText()).isEqualTo("started x=1 in 3 s");
    assertThat(line.path("severity_number").asInt()).isEqualTo(13);
    assertThat(line.path("attributes").properties()).hasSize(1);
  }

  @Test
  void aFailureIsOneLineToo() throws IOException {
    JsonNode line = encode(Level.ERROR, "msg=stop-failed", new IllegalStateException("broken"));

    assertThat(line.at("/attributes/exception.type").asText())
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(line.at("/attributes/exception.message").asText()).isEqualTo("broken");
  }

  @Test
  void onlyTheLastLinesAreKept() {
    RecentLines kept = new RecentLines();
    for (int i = 0; i <= RecentLines.MOST_LINES; i++) {
      kept.append(event(Level.INFO, "msg=line number=" + i, null));
    }

    assertThat(kept.lines()).hasSize(RecentLines.MOST_LINES);
    assertThat(kept.lines().getFirst()).contains("\"number\":\"1\"");
  }

  private JsonNode encode(Level level, String words, @Nullable Throwable failure)
      throws IOException {
    return new ObjectMapper().readTree(new JsonEncoder().encode(event(level, words, failure)));
  }

  private LoggingEvent event(Level level, String words, @Nullable Throwable failure) {
    LoggingEvent event = new LoggingEvent("", logger, level, words, failure, null);
    event.setInstant(Instant.parse("2026-01-01T00:00:00.123Z"));
    return event;
  }
}
