package dev.sluice.foreman.rpc;

final class NettyBreachServiceTest extends BreachServiceContract {

  NettyBreachServiceTest() {
    super(Transport.netty());
  }
}
