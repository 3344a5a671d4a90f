package dev.sluice.app.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.net.HttpURLConnection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lock that says once why it can't be had, and once that it can again; the client repeats. */
final class SpeakingLock implements Lock {

  private static final Logger log = LoggerFactory.getLogger(Election.class);

  private final Lock lock;
  private final String words;
  private String complaint = "";

  SpeakingLock(Lock lock, String words) {
    this.lock = lock;
    this.words = words;
  }

  @Override
  public @Nullable LeaderElectionRecord get(KubernetesClient client) {
    return call(() -> lock.get(client));
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    boolean _ =
        call(
            () -> {
              lock.create(client, record);
              return true;
            });
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    boolean _ =
        call(
            () -> {
              lock.update(client, record);
              return true;
            });
  }

  private <T extends @Nullable Object> T call(Supplier<T> call) {
    try {
      T answer = call.get();
      say("");
      return answer;
    } catch (KubernetesClientException failure) {
      if (failure.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        say(complaint(failure));
      }
      throw failure;
    }
  }

  private String complaint(KubernetesClientException failure) {
    return failure.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        ? words
            + " is refused: "
            + failure.getMessage()
            + " (expected: the verbs get, create and update on leases)"
        : words + " can't be asked for: " + failure.getMessage();
  }

  private synchronized void say(String next) {
    if (!next.equals(complaint)) {
      complaint = next;
      if (next.isEmpty()) {
        log.info("msg=lease-answers lease=\"{}\"", words);
      } else {
        log.warn("msg=lease-unanswered cause=\"{}\"", next);
      }
    }
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }
}
