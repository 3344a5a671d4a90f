package dev.sluice.foreman.rpc;

final class InProcessWatchTest extends WatchContract {

  InProcessWatchTest() {
    super(Transport.inProcess());
  }
}
