package dev.sluice.foreman.rpc;

final class NettyWatchTest extends WatchContract {

  NettyWatchTest() {
    super(Transport.netty());
  }
}
