package dev.sluice.foreman.rpc;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;

/** How a test's client and server reach each other. */
interface Transport {

  ServerBuilder<?> serverBuilder();

  ManagedChannelBuilder<?> channelBuilder(BreachServer server);

  default ManagedChannel connect(BreachServer server) {
    return channelBuilder(server).build();
  }

  /** Within the process, without a network. */
  static Transport inProcess() {
    String name = UUID.randomUUID().toString();
    return new Transport() {
      @Override
      public ServerBuilder<?> serverBuilder() {
        return InProcessServerBuilder.forName(name);
      }

      @Override
      public ManagedChannelBuilder<?> channelBuilder(BreachServer server) {
        return InProcessChannelBuilder.forName(name);
      }
    };
  }

  /** Over loopback TCP, with a window small enough to be filled by a test. */
  static Transport netty() {
    return new Transport() {
      private static final int WINDOW = 65_535;

      @Override
      public ServerBuilder<?> serverBuilder() {
        return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      }

      @Override
      public ManagedChannelBuilder<?> channelBuilder(BreachServer server) {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .flowControlWindow(WINDOW);
      }
    };
  }
}
