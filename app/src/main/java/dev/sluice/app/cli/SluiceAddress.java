package dev.sluice.app.cli;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the breach service answers, and how it is connected to. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SluiceAddress {

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_GRPC:-127.0.0.1:8080}",
      description = "where Sluice answers (default: $SLUICE_GRPC, else 127.0.0.1:8080)")
  private HostPort address;

  @Mixin private ClientTlsOptions tls;

  /** A channel to it; empty, with the reason printed, if the options can't be used. */
  Optional<ManagedChannel> open(PrintWriter err) {
    List<String> faults = tls.faults();
    if (!faults.isEmpty()) {
      faults.forEach(err::println);
      return Optional.empty();
    }
    try {
      return Optional.of(channel());
    } catch (IOException unusable) {
      err.println(
          "--tls-cert, --tls-key, --tls-ca: can't be used: "
              + unusable.getMessage()
              + " (expected: PEM files)");
      return Optional.empty();
    }
  }

  private ManagedChannel channel() throws IOException {
    Optional<ClientTlsOptions.Files> files = tls.files();
    if (files.isEmpty()) {
      return Grpc.newChannelBuilder(address.toString(), InsecureChannelCredentials.create())
          .build();
    }
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder()
            .keyManager(files.get().certificate().toFile(), files.get().key().toFile())
            .trustManager(files.get().authority().toFile())
            .build();
    return Grpc.newChannelBuilder(address.toString(), credentials)
        .overrideAuthority(tls.serverName(address))
        .build();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
