package dev.sluice.benchmarks.breach;

import dev.sluice.foreman.client.DispatchGate;
import dev.sluice.foreman.client.GateConfig;
import dev.sluice.foreman.client.GateDecision;
import dev.sluice.foreman.client.GateMetrics;
import dev.sluice.foreman.rpc.BreachServer;
import dev.sluice.model.ServiceRef;
import io.grpc.InsecureChannelCredentials;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a check costs its caller: one of 1,000 services that a gate watches, with its metrics. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CheckBenchmark {

  private static final ServiceRef BREACHED = ChangingFeed.service(0);
  private static final ServiceRef CALM = ChangingFeed.service(500);
  private static final ServiceRef STRANGER = new ServiceRef("default", "nobody");

  @SuppressWarnings("NullAway.Init") // set before the first check
  private BreachServer server;

  @SuppressWarnings("NullAway.Init") // set before the first check
  private DispatchGate gate;

  /** Starts the service, and waits for its verdicts. */
  @Setup
  public void watch() throws IOException, InterruptedException {
    server = Main.serve(new ChangingFeed(1_000));
    gate =
        DispatchGate.connect(
            "127.0.0.1:" + server.port(),
            InsecureChannelCredentials.create(),
            GateConfig.DEFAULT,
            new GateMetrics(new SimpleMeterRegistry()));
    if (!gate.awaitReady(Duration.ofSeconds(10))) {
      throw new IOException("no snapshot within 10 s");
    }
  }

  /** Stops both. */
  @TearDown
  public void close() {
    gate.close();
    server.close();
  }

  /** Admitted: within its budget. */
  @Benchmark
  public GateDecision withinBudget() {
    return gate.check(CALM, 0);
  }

  /** Deferred. */
  @Benchmark
  public GateDecision breached() {
    return gate.check(BREACHED, 0);
  }

  /** Admitted: Sluice doesn't know it. */
  @Benchmark
  public GateDecision unknownService() {
    return gate.check(STRANGER, 0);
  }
}
