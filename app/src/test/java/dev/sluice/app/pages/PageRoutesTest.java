package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageRoutesTest {

  private final PageStage stage =
      new PageStage(
          PageStage.service("gpu-a")
              + PageStage.service("gpu-b")
              + PageStage.router("chat", "gpu-a", "gpu-b"));

  @AfterEach
  void tearDown() {
    stage.close();
  }

  @Test
  void whatIsBreachedComesFirstWithWhyAndWhatItKeeps() throws Exception {
    stage.goOn(Duration.ofMinutes(1), Map.of("gpu-a", 0.1, "gpu-b", 50.0));

    JsonNode page = new ObjectMapper().readTree(get("api/v1/page", "").body());

    assertThat(page.at("/counts/Breached").asInt()).isEqualTo(1);
    assertThat(page.at("/services/0/name").asText()).isEqualTo("gpu-b");
    assertThat(page.at("/services/0/burns/0/rate").asDouble()).isEqualTo(50);
    assertThat(page.at("/routers/shown/0/rules/0/backends/1/service").asText())
        .isEqualTo("default/gpu-b");
    assertThat(page.at("/routers/shown/0/rules/0/backends/1/wanted").asDouble()).isLessThan(0.2);
    assertThat(page.at("/changes").findValuesAsText("kind")).contains("verdict", "shares");
    assertThat(page.has("holds")).isFalse();
  }

  @Test
  void whoHasTheNewestIsToldSoAndNothingElse() throws Exception {
    stage.goOn(Duration.ofMinutes(1), Map.of("gpu-a", 0.1, "gpu-b", 0.1));
    HttpResponse<String> first = get("api/v1/page", "");

    HttpResponse<String> same = get("api/v1/page", tag(first));
    stage.goOn(Duration.ofSeconds(10), Map.of("gpu-a", 50.0, "gpu-b", 0.1));
    HttpResponse<String> newer = get("api/v1/page", tag(first));

    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(newer.statusCode()).isEqualTo(200);
    assertThat(tag(newer)).isNotEqualTo(tag(first));
  }

  @Test
  void aPictureHasAValueForEachTimeAndNoneWhereNothingWasReported() throws Exception {
    stage.goOn(Duration.ofMinutes(1), Map.of("gpu-a", 0.1, "gpu-b", 0.1));

    JsonNode all =
        new ObjectMapper().readTree(get("api/v1/pictures/default/chat", "").body()).path("all");

    assertThat(all.path("times")).hasSizeGreaterThanOrEqualTo(6);
    assertThat(all.at("/backends/gpu-a/wanted")).hasSameSizeAs(all.path("times"));
    assertThat(all.at("/backends/gpu-a/served/0").isNull()).isTrue();
    assertThat(all.at("/backends/gpu-a/wanted/0").asDouble()).isEqualTo(0.5);
  }

  @Test
  void thePageRunsNoScriptButItsOwn() throws Exception {
    HttpResponse<String> page = get("", "");

    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'", "script-src 'self'")
        .doesNotContain("unsafe");
    assertThat(page.body()).doesNotContain("style=", "onclick", "http://", "https://");
    for (String file : new String[] {"page.css", "page.js", "picture.js", "words.js", "dom.js"}) {
      assertThat(get(file, "").statusCode()).isEqualTo(200);
    }
  }

  private static String tag(HttpResponse<String> response) {
    return response.headers().firstValue("etag").orElse("");
  }

  private HttpResponse<String> get(String path, String tag) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(stage.url() + path));
    if (!tag.isEmpty()) {
      request.header("If-None-Match", tag);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
