package dev.sluice.app.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where replicas of one installation meet.
 *
 * @param namespace of the Lease and the memory
 * @param identity this replica's, unique among them
 */
record HomePlace(String namespace, String identity) {

  private static final String DEFAULT_NAMESPACE = "default";
  private static final int TAIL_DIGITS = 6;
  private static final String LEASE = "sluice";
  private static final String MEMORY = "sluice-memory";
  private static final String FLEETS = "sluice-fleets";
  private static final String WEBHOOK_SECRET = "sluice-webhook-tls";

  /** The place that the settings ask for, else the one that the client lives in. */
  static HomePlace of(ClusterSettings settings, KubernetesClient client) {
    String namespace =
        settings
            .home()
            .or(() -> Optional.ofNullable(client.getNamespace()))
            .orElse(DEFAULT_NAMESPACE);
    // The pod's name alone would be enough in a cluster, and isn't on one machine.
    String tail = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), TAIL_DIGITS);
    return new HomePlace(namespace, hostName() + "-" + tail);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "sluice";
    }
  }

  /** The name of the Lease. */
  String lease() {
    return LEASE;
  }

  /** The name of the ConfigMap. */
  String memory() {
    return MEMORY;
  }

  /** The name of the ConfigMap in which followers say what their Envoys have. */
  String fleets() {
    return FLEETS;
  }

  /** The name of the Secret with the webhook's certificates. */
  String webhookSecret() {
    return WEBHOOK_SECRET;
  }

  /** {@code Lease sluice-system/sluice}. */
  String leaseWords() {
    return "Lease " + namespace + "/" + LEASE;
  }

  /** {@code ConfigMap sluice-system/sluice-memory}. */
  String memoryWords() {
    return "ConfigMap " + namespace + "/" + MEMORY;
  }
}
