package dev.sluice.benchmarks.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.PromDuration;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * A Prometheus that says of many objectives what a file has: Pyrra's five alerting rules of each.
 * It answers queries with nothing.
 */
final class RulesPage implements AutoCloseable {

  private static final String NO_SERIES =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";

  private final HttpServer server;
  private volatile Path answer;

  RulesPage(Path answer) throws IOException {
    this.answer = answer;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/rules", this::rules);
    server.createContext("/api/v1/query", RulesPage::query);
    server.start();
  }

  void answer(Path next) {
    answer = next;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void rules(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, Files.size(answer));
      Files.copy(answer, exchange.getResponseBody());
    }
  }

  private static void query(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
      byte[] bytes = NO_SERIES.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Writes the rules of all objectives; the first objective's fast alert fires if asked for. */
  static Path write(Path file, int services, boolean fires) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("{\"status\":\"success\",\"data\":{\"groups\":[");
      for (int i = 0; i < services; i++) {
        for (int j = 0; j < FleetObjects.OBJECTIVES; j++) {
          if (i + j > 0) {
            out.write(',');
          }
          writeGroup(out, i, j, fires && i + j == 0);
        }
      }
      out.write("]}}");
    }
    return file;
  }

  private static void writeGroup(BufferedWriter out, int service, int objective, boolean fires)
      throws IOException {
    String name = FleetObjects.objective(service, objective);
    out.write("{\"name\":\"" + name + "\",\"file\":\"/rules/" + name + ".yaml\",\"rules\":[");
    for (BurnRateTier.Windows windows : BurnRateTier.allWindows(Duration.ofDays(28))) {
      writeAlert(out, service, name, windows, fires && windows.tier() == BurnRateTier.FAST);
      out.write(',');
    }
    writeAbsence(out, service, name);
    // So rare that the file doesn't grow old while it is measured.
    out.write("],\"interval\":86400,\"limit\":0,\"evaluationTime\":0.001}");
  }

  private static void writeAlert(
      BufferedWriter out, int service, String slo, BurnRateTier.Windows windows, boolean fires)
      throws IOException {
    String shortWindow = PromDuration.format(windows.shortWindow());
    String longWindow = PromDuration.format(windows.longWindow());
    String series =
        "{namespace=\\\"ml\\\",service=\\\"%s\\\",slo=\\\"%s\\\"}"
            .formatted(FleetObjects.name(service), slo);
    out.write(
        String.format(
            Locale.ROOT,
            "{\"state\":\"%s\",\"name\":\"ErrorBudgetBurn\",\"query\":"
                + "\"vllm:requests:burnrate%s%s > (%d * (1 - 0.99)) and"
                + " vllm:requests:burnrate%s%s > (%d * (1 - 0.99))\",\"duration\":120,"
                + "\"keepFiringFor\":0,\"labels\":{\"exhaustion\":\"2d\",\"long\":\"%s\","
                + "\"namespace\":\"ml\",\"service\":\"%s\",\"severity\":\"critical\","
                + "\"short\":\"%s\",\"slo\":\"%s\"},\"annotations\":{},\"alerts\":[],",
            fires ? "firing" : "inactive",
            shortWindow,
            series,
            windows.tier().factor(),
            longWindow,
            series,
            windows.tier().factor(),
            longWindow,
            FleetObjects.name(service),
            shortWindow,
            slo));
    writeEnd(out);
  }

  private static void writeAbsence(BufferedWriter out, int service, String slo) throws IOException {
    out.write(
        "{\"state\":\"inactive\",\"name\":\"SLOMetricAbsent\",\"query\":\"absent("
            + FleetObjects.total(service).replace("\"", "\\\"")
            + ") == 1\",\"duration\":600,\"labels\":{\"namespace\":\"ml\",\"service\":\""
            + FleetObjects.name(service)
            + "\",\"severity\":\"critical\",\"slo\":\""
            + slo
            + "\"},\"annotations\":{},\"alerts\":[],");
    writeEnd(out);
  }

  private static void writeEnd(BufferedWriter out) throws IOException {
    out.write(
        "\"health\":\"ok\",\"evaluationTime\":0.0002,\"lastEvaluation\":\""
            + Instant.now()
            + "\",\"type\":\"alerting\"}");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
