package dev.sluice.app.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lab.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A headless Chromium with one tab, told what to do over its DevTools protocol. */
final class Browser implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger last = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private Browser(Process process, String tab) {
    this.process = process;
    socket = client.newWebSocketBuilder().buildAsync(URI.create(tab), new Ear()).join();
    List.of("Page.enable", "Runtime.enable", "Log.enable").forEach(call -> ask(call, Map.of()));
  }

  /** Where it is, if it is anywhere. */
  private static Optional<Path> binary() {
    return Stream.of(
            Optional.ofNullable(System.getenv("SLUICE_CHROMIUM")).map(Path::of),
            Optional.of(Path.of("/usr/bin/chromium")))
        .flatMap(Optional::stream)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Skips the test where there is none. */
  static Browser startOrSkip(Path folder) throws IOException {
    Optional<Path> binary = binary();
    Assumptions.assumeTrue(
        binary.isPresent(), "no Chromium here: SLUICE_CHROMIUM names one, or /usr/bin/chromium");
    return start(binary.orElseThrow(), Files.createDirectories(folder.resolve("profile")));
  }

  private static Browser start(Path binary, Path profile) {
    try {
      Process process =
          new ProcessBuilder(
                  binary.toString(),
                  "--headless",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-quic",
                  "--disable-dev-shm-usage",
                  "--no-first-run",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-sync",
                  "--remote-debugging-port=0",
                  "--user-data-dir=" + profile,
                  "about:blank")
              .redirectErrorStream(true)
              .redirectOutput(profile.resolve("chromium.log").toFile())
              .start();
      Path port = profile.resolve("DevToolsActivePort");
      Await.until(BOUND, "Chromium listens", () -> lines(port).size() == 2);
      return new Browser(process, tab(lines(port).getFirst()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static InputStream read(String port) throws IOException {
    return URI.create("http://127.0.0.1:" + port + "/json/list").toURL().openStream();
  }

  private static String tab(String port) throws IOException {
    JsonNode tabs = JSON.readTree(read(port));
    for (JsonNode tab : tabs) {
      if (tab.path("type").asText().equals("page")) {
        return tab.path("webSocketDebuggerUrl").asText();
      }
    }
    throw new IllegalStateException("Chromium has no tab: " + tabs);
  }

  /** Shows a page as on a screen of this width. */
  void open(String url, int width, String scheme) {
    ask("Emulation.setDeviceMetricsOverride", size(width, 900));
    ask(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    ask("Page.navigate", Map.of("url", url));
  }

  private static Map<String, Object> size(int width, int height) {
    return Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false);
  }

  /** Waits until an expression of JavaScript is true. */
  void await(String condition) {
    Await.until(BOUND, condition, () -> evaluate(condition).asBoolean());
  }

  /** Waits until the page says this somewhere. */
  void awaitText(String words) {
    await("document.body !== null && document.body.innerText.includes('" + words + "')");
  }

  /** The text of what a selector finds first. */
  String text(String selector) {
    return evaluate("document.querySelector('%s').innerText".formatted(selector)).asText();
  }

  JsonNode evaluate(String expression) {
    return ask("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
        .at("/result/value");
  }

  /** The whole page as a PNG. */
  void screenshot(int width, Path file) throws IOException {
    int height = evaluate("document.documentElement.scrollHeight").asInt();
    ask("Emulation.setDeviceMetricsOverride", size(width, Math.min(height, 4000)));
    String data = ask("Page.captureScreenshot", Map.of("format", "png")).path("data").asText();
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(data));
  }

  /** Presses a key and lets go of it: Tab, Enter or Space. */
  void press(String key) {
    Map<String, Object> down =
        switch (key) {
          case "Tab" -> key("rawKeyDown", "Tab", "Tab", 9, "");
          case "Enter" -> key("keyDown", "Enter", "Enter", 13, "\r");
          case "Space" -> key("keyDown", " ", "Space", 32, " ");
          default -> throw new IllegalArgumentException(key + " (expected: Tab, Enter or Space)");
        };
    ask("Input.dispatchKeyEvent", down);
    Map<String, Object> up = new HashMap<>(down);
    up.put("type", "keyUp");
    up.remove("text");
    ask("Input.dispatchKeyEvent", up);
  }

  private static Map<String, Object> key(
      String type, String key, String code, int number, String text) {
    return Map.of(
        "type", type, "key", key, "code", code, "windowsVirtualKeyCode", number, "text", text);
  }

  /** What it would tell a screen reader. */
  Heard heard() {
    return Heard.of(ask("Accessibility.getFullAXTree", Map.of()).path("nodes"));
  }

  /** Errors on the console and exceptions nobody caught. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  JsonNode ask(String method, Map<String, ?> parameters) {
    int id = last.incrementAndGet();
    ObjectNode call = JSON.createObjectNode().put("id", id).put("method", method);
    call.set("params", JSON.valueToTree(parameters));
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(id, answer);
    socket.sendText(call.toString(), true).join();
    return answer.orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join();
  }

  private final class Ear implements WebSocket.Listener {

    private final StringBuilder heard = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
      heard.append(data);
      if (isLast) {
        try {
          take(JSON.readTree(heard.toString()));
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
        heard.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(heard);
    }

    private void take(JsonNode message) {
      Optional.ofNullable(asked.remove(message.path("id").asInt()))
          .ifPresent(waiting -> waiting.complete(message.path("result")));
      boolean isComplaint =
          message.path("method").asText().equals("Runtime.exceptionThrown")
              || message.at("/params/entry/level").asText().equals("error");
      if (isComplaint) {
        complaints.add(message.toString());
      }
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
