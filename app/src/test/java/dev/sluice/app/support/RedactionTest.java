package dev.sluice.app.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer hunter2",
        "authorization=hunter2",
        "{\"Authorization\": \"Bearer hunter2\"}",
        "Authorization: Basic hunter2",
        "http://user:hunter2@prometheus:9090/x",
        "https://hunter2@prometheus/x",
        "GET /x?access_token=hunter2&y=1",
        "password=hunter2",
        "{\"password\": \"hunter2\"}",
        "{\\\"apiKey\\\": \\\"hunter2\\\"}",
        "OPENAI_API_KEY=hunter2",
        "client-secret: hunter2",
        "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
        "{\"pem\": \"-----BEGIN EC PRIVATE KEY-----\\nhunter2\\n-----END EC PRIVATE KEY-----\"}",
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2, and then it was cut",
        "eyJhbGciOi.hunter2.hunter2",
        "key sk-proj-hunter2hunter2",
        "the header was bearer hunter2hunter2"
      })
  void whatLooksLikeASecretIsTakenOut(String text) {
    assertThat(Redaction.of(text)).doesNotContain("hunter2").contains("[removed]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--http-token-file=/etc/sluice/token",
        "SLUICE_PUSH_TOKEN_FILE /etc/sluice/push",
        "sluice_requests_total{outcome=\"ok\"} 3.0",
        "vllm:time_to_first_token_seconds_count{service=\"chat\"}",
        "Envoy envoy-1: has all of it, last acknowledged eds 0123456789abcdef",
        "qwen-ttft burns 29.0x its error budget over 1m",
        "{\"status\": \"http://prometheus:9090/api/v1/rules\"}",
        "(expected: Bearer and the content of --http-token-file)"
      })
  void whatHelpsStays(String text) {
    assertThat(Redaction.of(text)).isEqualTo(text);
  }

  @Test
  void ofTheEnvironmentOnlyOurOwnIsSaid() {
    assertThat(
            ProcessJson.ours(
                Map.of(
                    "SLUICE_PROMETHEUS_URL", "http://user:hunter2@prometheus:9090",
                    "AWS_SECRET_ACCESS_KEY", "hunter2")))
        .isEqualTo(Map.of("SLUICE_PROMETHEUS_URL", "http://[removed]@prometheus:9090"));
  }
}
