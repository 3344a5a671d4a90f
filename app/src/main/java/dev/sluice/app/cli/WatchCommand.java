package dev.sluice.app.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.breach.v1.BreachServiceGrpc;
import dev.sluice.breach.v1.ObjectReference;
import dev.sluice.breach.v1.ServiceStatus;
import dev.sluice.breach.v1.WatchRequest;
import dev.sluice.breach.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice watch}: every service's verdict and what dispatchers are told, live. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "watch",
    description = {
      "Shows every service's verdict and what dispatchers are told, live: a table on a terminal,",
      "else the table once and then a line for each change. Ends with Ctrl-C."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:--once: the table was printed",
      "2:wrong usage",
      "69:--once: Sluice isn't reachable at --address, or has no verdicts yet"
    })
final class WatchCommand implements Callable<Integer> {

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final String CLEAR = "\033[H\033[2J";

  @Spec private CommandSpec spec;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      defaultValue = "",
      description = "only its services (default: all)")
  private String namespace;

  @Option(names = "--once", description = "print the table once and end")
  private boolean once;

  @Option(names = "--json", description = "print each message as one line of JSON")
  private boolean json;

  @Mixin private SluiceAddress address;

  private final Map<ObjectReference, ServiceStatus> services = new HashMap<>();
  private long revision;

  @Override
  public Integer call() throws InterruptedException, InvalidProtocolBufferException {
    Optional<ManagedChannel> channel = address.open(spec.commandLine().getErr());
    if (channel.isEmpty()) {
      return ExitCode.USAGE;
    }
    try {
      return once ? once(channel.get()) : onAndOn(channel.get());
    } finally {
      channel.get().shutdownNow();
    }
  }

  private int once(ManagedChannel channel) throws InvalidProtocolBufferException {
    try {
      Iterator<WatchResponse> messages =
          BreachServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE).watch(request());
      while (messages.hasNext()) {
        WatchResponse message = messages.next();
        if (message.hasSnapshot()) {
          show(message);
          return ExitCode.OK;
        }
      }
    } catch (StatusRuntimeException away) {
      away(away);
    }
    return ExitCode.UNAVAILABLE;
  }

  private int onAndOn(ManagedChannel channel)
      throws InterruptedException, InvalidProtocolBufferException {
    while (true) {
      try {
        Iterator<WatchResponse> messages =
            BreachServiceGrpc.newBlockingStub(channel).watch(request());
        while (messages.hasNext()) {
          show(messages.next());
        }
      } catch (StatusRuntimeException away) {
        away(away);
      }
      Thread.sleep(RETRY);
    }
  }

  private WatchRequest request() {
    return WatchRequest.newBuilder().setNamespace(namespace).setAfterRevision(revision).build();
  }

  private void away(StatusRuntimeException away) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "--address %s: %s (expected: a running Sluice that has verdicts)%n",
        address, away.getStatus().getCode());
    err.flush();
  }

  private void show(WatchResponse message) throws InvalidProtocolBufferException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonFormat.printer().omittingInsignificantWhitespace().print(message));
    } else {
      take(message);
      Instant now = Instant.now();
      if (isTerminal()) {
        out.print(CLEAR + ServiceTable.of(services.values(), now));
      } else if (message.hasSnapshot()) {
        out.print(ServiceTable.of(services.values(), now));
      } else if (message.hasChanges()) {
        message
            .getChanges()
            .getUpdatedList()
            .forEach(status -> out.println(ServiceTable.line(status, now)));
      }
    }
    out.flush();
    revision = Math.max(revision, message.getRevision());
  }

  private boolean isTerminal() {
    return !once && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private void take(WatchResponse message) {
    if (message.hasSnapshot()) {
      services.clear();
      message.getSnapshot().getServicesList().forEach(this::put);
    }
    message.getChanges().getUpdatedList().forEach(this::put);
    message.getChanges().getRemovedList().forEach(services::remove);
  }

  private void put(ServiceStatus status) {
    services.put(status.getInferenceService(), status);
  }
}
