package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.xds.bootstrap.Bootstrap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a fleet in Kubernetes, at a real API server. */
class EnvoyManifestIT {

  private static final Path EXAMPLE = Path.of("..", "envoy", "kubernetes.yaml");

  @Test
  void apiServerKnowsEveryFieldOfTheExample(@TempDir Path folder) throws IOException {
    try (KubeApiServer server = KubeApiServer.start(KubeLab.binaries(), folder);
        KubernetesClient client = KubeLab.client(server);
        InputStream example = Files.newInputStream(EXAMPLE)) {

      // Server-side apply refuses a field that isn't in the schema.
      List<HasMetadata> applied = client.load(example).serverSideApply();

      assertThat(applied)
          .extracting(HasMetadata::getKind)
          .containsExactly("ConfigMap", "Deployment");
      assertThat(client.configMaps().inNamespace("default").withName("chat-envoy").get().getData())
          .containsOnlyKeys(
              Bootstrap.FILE, Bootstrap.DRAIN, "sds-certificate.yaml", "sds-authority.yaml");
    }
  }
}
