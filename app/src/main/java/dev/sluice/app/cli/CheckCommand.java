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
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.PrintWriter;
import java.time.Duration;
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
    description = "Says whether work may be dispatched, and why.",
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

  @Parameters(
      paramLabel = "NAMESPACE/NAME",
      description = "the InferenceService, or what --kind says")
  private ServiceRef named;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "service",
      description =
          "service, or in a cluster: agent, task (Foreman's Agents and AgenticTasks, followed to"
              + " the service that their work lands on; default: service)")
  private Kind kind;

  private enum Kind {
    service,
    agent,
    task
  }

  @Option(
      names = "--priority",
      paramLabel = "N",
      defaultValue = "0",
      description = "the task's priority; higher goes first (default: ${DEFAULT-VALUE})")
  private int priority;

  @Option(names = "--json", description = "print the whole answer as JSON")
  private boolean json;

  @Mixin private SluiceAddress address;

  @Override
  public Integer call() throws InvalidProtocolBufferException {
    Optional<ManagedChannel> channel = address.open(spec.commandLine().getErr());
    return channel.isEmpty() ? ExitCode.USAGE : ask(channel.get());
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
        ObjectReference.newBuilder().setNamespace(named.namespace()).setName(named.name()).build();
    return CheckDispatchRequest.newBuilder()
        .setTarget(target(reference))
        .setPriority(priority)
        .build();
  }

  private DispatchTarget target(ObjectReference reference) {
    DispatchTarget.Builder target = DispatchTarget.newBuilder();
    return switch (kind) {
      case service -> target.setInferenceService(reference).build();
      case agent -> target.setAgent(reference).build();
      case task -> target.setAgenticTask(reference).build();
    };
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
        word(decision.getDecision().name()), named, word(decision.getReason().name()));
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
