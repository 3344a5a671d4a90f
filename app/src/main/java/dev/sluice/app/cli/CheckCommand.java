package dev.sluice.app.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.CheckDispatchRequest;
import dev.sluice.breach.v1.CheckDispatchResponse;
import dev.sluice.breach.v1.Decision;
import dev.sluice.breach.v1.DispatchDecision;
import dev.sluice.breach.v1.DispatchTarget;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.model.ServiceRef;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice check}: what a dispatcher would be told now. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "check",
    description = "Says whether work may be dispatched onto an InferenceService, and why.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:admit: dispatch now",
      "10:defer: ask again later",
      "2:wrong usage",
      "69:could not decide: Sluice isn't reachable at --address"
    })
final class CheckCommand implements Callable<Integer> {

  private static final Duration DEADLINE = Duration.ofSeconds(3);

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAMESPACE/NAME", description = "the InferenceService")
  private ServiceRef service;

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_GRPC:-127.0.0.1:8080}",
      description = "where Sluice answers (default: $SLUICE_GRPC, else 127.0.0.1:8080)")
  private HostPort address;

  @Option(
      names = "--priority",
      paramLabel = "N",
      defaultValue = "0",
      description = "the task's priority; higher goes first (default: ${DEFAULT-VALUE})")
  private int priority;

  @Option(names = "--json", description = "print the whole answer as JSON")
  private boolean json;

  @Mixin private ClientTlsOptions tls;

  @Override
  public Integer call() throws IOException {
    List<String> faults = tls.faults();
    if (!faults.isEmpty()) {
      faults.forEach(spec.commandLine().getErr()::println);
      return ExitCode.USAGE;
    }
    ManagedChannel channel;
    try {
      channel = channel();
    } catch (IOException unusable) {
      spec.commandLine()
          .getErr()
          .println(
              "--tls-cert, --tls-key, --tls-ca: can't be used: "
                  + unusable.getMessage()
                  + " (expected: PEM files)");
      return ExitCode.USAGE;
    }
    return ask(channel);
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

  private int ask(ManagedChannel channel) throws InvalidProtocolBufferException {
    try {
      CheckDispatchResponse response =
          BreachServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE)
              .checkDispatch(request());
      print(response);
      return response.getDecision().getDecision() == Decision.DECISION_DEFER
          ? ExitCode.DEFER
          : ExitCode.OK;
    } catch (StatusRuntimeException undecided) {
      spec.commandLine()
          .getErr()
          .printf(
              "--address %s: could not decide: %s (expected: a running Sluice)%n",
              address, undecided.getStatus().getCode());
      return ExitCode.UNAVAILABLE;
    } finally {
      channel.shutdownNow();
    }
  }

  private CheckDispatchRequest request() {
    ObjectReference reference =
        ObjectReference.newBuilder()
            .setNamespace(service.namespace())
            .setName(service.name())
            .build();
    return CheckDispatchRequest.newBuilder()
        .setTarget(DispatchTarget.newBuilder().setInferenceService(reference))
        .setPriority(priority)
        .build();
  }

  private void print(CheckDispatchResponse response) throws InvalidProtocolBufferException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonFormat.printer().print(response));
      return;
    }
    DispatchDecision decision = response.getDecision();
    out.printf(
        "%s %s (%s)%n",
        word(decision.getDecision().name()), service, word(decision.getReason().name()));
    out.println(decision.getMessage());
    if (decision.getDecision() == Decision.DECISION_DEFER) {
      out.printf("ask again in %d s%n", Durations.toSeconds(decision.getRetryAfter()));
    }
  }

  // DECISION_REASON_WITHIN_BUDGET -> WITHIN_BUDGET
  private static String word(String enumName) {
    return enumName.replaceFirst("^DECISION_(REASON_)?", "");
  }
}
