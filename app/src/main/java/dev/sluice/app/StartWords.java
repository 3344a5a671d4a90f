package dev.sluice.app;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.cli.WebhookSettings;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.app.tls.TlsFiles;
import dev.sluice.app.webhook.WebhookServer;
import java.nio.file.Path;
import java.util.List;

/** What a start says to the person at the terminal: what runs where, or why it can't. Pure. */
final class StartWords {

  private StartWords() {}

  /** Where everything is, a line each. */
  static List<String> running(RunSettings settings) {
    return List.of(
        "Sluice " + Cli.version() + " runs",
        "  manifests   " + manifests(settings.origin()),
        "  Prometheus  " + settings.prometheus().baseUrl(),
        "  Envoys      " + settings.xds() + "  (./sluice bootstrap NAMESPACE/ROUTER)",
        "  dispatch    " + settings.grpc() + "  (./sluice check NAMESPACE/NAME)",
        "  webhook     " + settings.webhook().map(StartWords::webhook).orElse("none"),
        "  TLS         " + settings.tls().map(StartWords::tls).orElse("none"),
        "  status      http://" + settings.http() + "  (a page; /readyz /metrics /debug/status)",
        "  memory      " + memory(settings.origin()));
  }

  /** Why an address can't be listened on, by the system's words: netty has no BindException. */
  static String notListening(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("Address already in use")) {
        return "address in use (expected: a free port; another Sluice may be running)";
      }
      if (message.contains("assign requested address")) {
        return "not an address of this machine (expected: one of its own)";
      }
    }
    return "can't listen: " + failure + " (expected: a free port of this machine)";
  }

  private static String manifests(Origin origin) {
    return switch (origin) {
      case Origin.Folder(Path path, _) -> path.toString();
      case Origin.Kubernetes(ClusterSettings cluster) -> cluster(cluster);
    };
  }

  private static String cluster(ClusterSettings cluster) {
    return cluster
            .kubeconfig()
            .map(file -> "cluster of " + file)
            .orElse("cluster of kubectl, or our own")
        + cluster.namespace().map(name -> ", namespace " + name).orElse(", all namespaces");
  }

  private static String webhook(WebhookSettings webhook) {
    return "https://%s%s".formatted(webhook.address(), WebhookServer.PATH);
  }

  private static String tls(TlsFiles files) {
    return "both, for clients that " + files.clientAuthorities() + " vouches for";
  }

  private static String memory(Origin origin) {
    return switch (origin) {
      case Origin.Folder(_, Path stateFile) -> stateFile.toString();
      case Origin.Kubernetes(ClusterSettings cluster) ->
          "in the cluster, " + (cluster.elects() ? "by whoever is elected" : "by this one alone");
    };
  }
}
