package dev.sluice.benchmarks.breach;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;

/** The process of the clients, so that the server's is measured alone; started by {@link Main}. */
final class Client {

  private Client() {}

  public static void main(String[] arguments) throws InterruptedException {
    String target = "127.0.0.1:" + arguments[1];
    int count = Integer.parseInt(arguments[2]);
    if (arguments[0].equals("calls")) {
      ManagedChannel channel = connect(target);
      new Calls(channel, count, Integer.parseInt(arguments[3])).run();
      channel.shutdownNow();
    } else {
      new Watching(count, () -> connect(target)).run();
    }
  }

  private static ManagedChannel connect(String target) {
    return Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
        .maxInboundMessageSize(Integer.MAX_VALUE)
        .build();
  }
}
