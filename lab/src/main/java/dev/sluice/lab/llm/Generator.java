package dev.sluice.lab.llm;

import dev.sluice.lab.llm.LlmMetrics.Generation;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Answers completions in the time and with the errors that the current {@link Behaviour} asks for.
 * Thread-safe.
 */
final class Generator {

  private static final double JITTER = 0.1;

  private final LlmMetrics metrics;
  private final Random random;
  private final AtomicLong number = new AtomicLong();
  private final LongAdder served = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private volatile Behaviour behaviour;

  Generator(LlmMetrics metrics, Behaviour behaviour, long seed) {
    this.metrics = metrics;
    this.behaviour = behaviour;
    this.random = new Random(seed);
  }

  void behave(Behaviour next) {
    behaviour = next;
  }

  Behaviour behaviour() {
    return behaviour;
  }

  long served() {
    return served.sum();
  }

  long errors() {
    return errors.sum();
  }

  void answer(CompletionRequest request, HttpServletResponse response) throws IOException {
    Behaviour now = behaviour;
    if (random.nextDouble() < now.errorRate()) {
      errors.increment();
      response.setStatus(500);
      response.setContentType("application/json");
      response
          .getOutputStream()
          .write(CompletionAnswer.error("server_error", "the engine is out of order", 500));
      return;
    }
    metrics.started();
    try {
      metrics.finished(generate(request, now, response));
      served.increment();
    } catch (IOException e) {
      metrics.aborted();
      throw e;
    }
  }

  private Generation generate(
      CompletionRequest request, Behaviour now, HttpServletResponse response) throws IOException {
    long arrived = System.nanoTime();
    CompletionAnswer answer =
        new CompletionAnswer(
            request, now.outputTokens(), number.incrementAndGet(), Instant.now().getEpochSecond());
    response.setContentType(request.stream() ? "text/event-stream" : "application/json");
    response.flushBuffer();
    ServletOutputStream out = response.getOutputStream();

    pause(jittered(now.ttft()));
    Duration ttft = Duration.ofNanos(System.nanoTime() - arrived);
    metrics.firstToken(ttft);
    for (int token = 0; token < now.outputTokens(); token++) {
      if (token > 0) {
        pause(now.timePerOutputToken());
      }
      if (request.stream()) {
        out.write(answer.chunk(token));
        out.flush();
      }
    }
    Duration total = Duration.ofNanos(System.nanoTime() - arrived);
    if (request.stream()) {
      out.write(answer.usageChunk());
      out.write(CompletionAnswer.DONE);
    } else {
      out.write(answer.whole());
    }
    out.flush();
    return new Generation(request.promptTokens(), now.outputTokens(), ttft, total);
  }

  private Duration jittered(Duration median) {
    double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
    return Duration.ofNanos((long) (median.toNanos() * factor));
  }

  private static void pause(Duration duration) throws InterruptedIOException {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server is stopping");
    }
  }
}
