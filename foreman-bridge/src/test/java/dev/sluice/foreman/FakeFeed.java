package dev.sluice.foreman;

import dev.sluice.lab.verdict.Sample;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictSnapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A feed that a test publishes on. */
public final class FakeFeed implements VerdictFeed {

  private final List<Consumer<VerdictSnapshot>> listeners = new CopyOnWriteArrayList<>();
  private volatile VerdictSnapshot current = Sample.snapshot(0);

  /** Publishes what is known from now on, under the next revision. */
  public void publish(ServiceVerdict... services) {
    publish(Sample.snapshot(current.revision() + 1, services));
  }

  public void publish(VerdictSnapshot snapshot) {
    current = snapshot;
    listeners.forEach(listener -> listener.accept(snapshot));
  }

  public int subscribers() {
    return listeners.size();
  }

  @Override
  public VerdictSnapshot current() {
    return current;
  }

  @Override
  public Subscription subscribe(Consumer<VerdictSnapshot> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
