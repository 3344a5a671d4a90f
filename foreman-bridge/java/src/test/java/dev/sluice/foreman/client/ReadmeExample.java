package dev.sluice.foreman.client;

import dev.sluice.model.ServiceRef;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The code of the README, word for word. */
final class ReadmeExample {

  final List<String> done = new ArrayList<>();

  void ask(String sluice) throws InterruptedException {
    try (DispatchGate gate = DispatchGate.connect(sluice, GateConfig.DEFAULT)) {
      gate.awaitReady(Duration.ofSeconds(5)); // or go on: until then it admits
      GateDecision decision = gate.check(ServiceRef.parse("default/qwen"), 0);
      if (decision.admits()) {
        dispatch();
      } else {
        askAgainAfter(decision.retryAfter(), decision.message());
      }
    }
  }

  static DispatchGate guarded(String sluice, MeterRegistry registry) throws IOException {
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder()
            .keyManager(new File("tls.crt"), new File("tls.key"))
            .trustManager(new File("ca.crt"))
            .build();
    return DispatchGate.connect(sluice, credentials, GateConfig.DEFAULT, new GateMetrics(registry));
  }

  private void dispatch() {
    done.add("dispatched");
  }

  private void askAgainAfter(Duration wait, String why) {
    done.add((wait.isPositive() ? "waits: " : "doesn't wait: ") + why);
  }
}
