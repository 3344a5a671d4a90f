package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.loop.LoopMetrics;
import dev.sluice.app.tls.ShownCertificate;
import dev.sluice.app.webhook.WebhookMetrics;
import dev.sluice.evaluator.alerts.EvaluatorMetrics;
import dev.sluice.foreman.rpc.BreachMetrics;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.serving.XdsMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The names that exist from the start are in the one table of names. */
class MetricsDocumentationTest {

  private static final Path TABLE = Path.of("..", "docs", "metrics.md");
  private static final Pattern TYPE = Pattern.compile("# TYPE (sluice_\\w+) ");

  @Test
  void everyNameIsDocumented() throws IOException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    List<Object> registered =
        List.of(
            new EvaluatorMetrics(registry, InstantSource.system()),
            new LoopMetrics(registry, () -> ServedLoad.NONE),
            new PushMetrics(registry),
            new OverrideMetrics(registry),
            new XdsMetrics(registry),
            new BreachMetrics(registry),
            new WebhookMetrics(registry, new ShownCertificate()));

    List<String> names =
        TYPE.matcher(registry.scrape()).results().map(match -> match.group(1)).toList();

    String table = Files.readString(TABLE);
    assertThat(registered).isNotEmpty();
    assertThat(names).contains("sluice_prometheus_poll_age_seconds", "sluice_serving");
    assertThat(names)
        .allSatisfy(
            name -> assertThat(table).containsPattern(Pattern.quote("`" + stem(name)) + "[`_]"));
  }

  // A timer's maximum is a family of its own.
  private static String stem(String name) {
    Matcher maximum = Pattern.compile("_max$").matcher(name);
    return maximum.replaceFirst("");
  }
}
