package dev.sluice.foreman.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.CheckDispatchRequest;
import dev.sluice.breach.v1.DispatchTarget;
import dev.sluice.foreman.FakeFeed;
import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.foreman.wire.BreachCodec;
import dev.sluice.lab.CertificateAuthority;
import dev.sluice.lab.CertificateAuthority.Issued;
import dev.sluice.lab.verdict.Sample;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real certificates over a real port. */
final class CallerTest {

  private static final String FOREMAN = "spiffe://cluster.local/ns/foreman/sa/operator";

  @TempDir Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void decisionsAreCountedByTheNameOfTheCertificateThatWasShown() throws IOException {
    CertificateAuthority authority = CertificateAuthority.create(folder).writeTo(folder);
    Path server = folder.resolve("server");
    authority.issue("ip:127.0.0.1").writeTo(Files.createDirectories(server));
    FakeFeed feed = new FakeFeed();
    feed.publish(Sample.of(Sample.QWEN, Sample.breached()));
    try (BreachServer started = start(server, feed)) {
      check(started, authority.issue("uri:" + FOREMAN, "dns:foreman.svc"));
      check(started, authority.issue("dns:ci.example.org"));
      check(started, authority.issue());
    }

    assertThat(counted(FOREMAN)).isEqualTo(1);
    assertThat(counted("ci.example.org")).isEqualTo(1);
    assertThat(counted(Caller.UNNAMED)).isEqualTo(1);
  }

  private double counted(String caller) {
    return registry
        .get("sluice.dispatch.decisions")
        .tags("decision", "defer", "caller", caller)
        .counter()
        .count();
  }

  private BreachServer start(Path certificate, FakeFeed feed) throws IOException {
    ServerCredentials tls =
        TlsServerCredentials.newBuilder()
            .keyManager(
                certificate.resolve("tls.crt").toFile(), certificate.resolve("tls.key").toFile())
            .trustManager(folder.resolve("ca.crt").toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
            .build();
    return BreachServer.start(
        BreachServerConfig.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .withCredentials(tls),
        feed,
        TargetResolver.none(),
        InstantSource.system(),
        new Decider(InstantSource.system(), () -> 42, new Meter()),
        new BreachMetrics(registry));
  }

  private void check(BreachServer server, Issued certificate) throws IOException {
    Path own = folder.resolve(certificate.certificate().getSerialNumber().toString());
    Files.createDirectories(own);
    certificate.writeTo(own);
    ManagedChannel channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + server.port(),
                TlsChannelCredentials.newBuilder()
                    .keyManager(own.resolve("tls.crt").toFile(), own.resolve("tls.key").toFile())
                    .trustManager(folder.resolve("ca.crt").toFile())
                    .build())
            .build();
    try {
      var _ =
          BreachServiceGrpc.newBlockingStub(channel)
              .checkDispatch(
                  CheckDispatchRequest.newBuilder()
                      .setTarget(
                          DispatchTarget.newBuilder()
                              .setInferenceService(BreachCodec.encode(Sample.QWEN)))
                      .build());
    } finally {
      channel.shutdownNow();
    }
  }
}
