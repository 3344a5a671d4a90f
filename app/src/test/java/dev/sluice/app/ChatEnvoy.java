package dev.sluice.app;

import dev.sluice.app.cli.RunSettings;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import java.nio.file.Path;

/** An Envoy of ModelRouter default/chat. */
final class ChatEnvoy {

  private ChatEnvoy() {}

  /** Starts it; it is served, without TLS, by the Sluice of these settings. */
  static EnvoyProcess start(RunSettings settings, String node, Path home, int admin) {
    String bootstrap =
        BootstrapWriter.yaml(
            new RouterRef("default", "chat"),
            node,
            new HostPort(settings.xds().host(), settings.xds().port()),
            new HostPort("127.0.0.1", admin));
    return EnvoyProcess.start(home, bootstrap, admin);
  }
}
