package dev.sluice.foreman.rpc;

final class InProcessBreachServiceTest extends BreachServiceContract {

  InProcessBreachServiceTest() {
    super(Transport.inProcess());
  }
}
