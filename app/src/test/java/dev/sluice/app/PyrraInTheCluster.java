package dev.sluice.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lab.Parts;
import dev.sluice.lab.RunningProcess;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes rules of the cluster's ServiceLevelObjectives: Pyrra's own reconciler where {@link
 * Parts#pyrraOperator} has it, else the rules that it made of the same objectives before.
 */
final class PyrraInTheCluster implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MADE = "pyrra-recording-rule-";

  private final Kubectl kubectl;
  private final Path folder;
  private final String standIns;
  private final Optional<RunningProcess> operator;

  private PyrraInTheCluster(
      Kubectl kubectl, Path folder, String standIns, Optional<RunningProcess> operator) {
    this.kubectl = kubectl;
    this.folder = folder;
    this.standIns = standIns;
    this.operator = operator;
  }

  static PyrraInTheCluster start(Kubectl kubectl, Path folder, String standIns) throws IOException {
    Files.createDirectories(folder);
    Optional<RunningProcess> operator =
        Parts.pyrraOperator()
            .map(
                binary ->
                    RunningProcess.start(
                        "pyrra",
                        List.of(
                            binary.toString(),
                            "-config-map-mode",
                            "-kubeconfig",
                            kubectl.kubeconfig().toString()),
                        folder.resolveSibling("pyrra.log")));
    return new PyrraInTheCluster(kubectl, folder, standIns, operator);
  }

  /** The rule files there are by now. */
  List<Path> files() {
    try {
      return operator.isPresent() ? made() : standIns();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private List<Path> made() throws IOException {
    List<Path> files = new ArrayList<>();
    for (JsonNode map : items("configmaps")) {
      String name = map.at("/metadata/name").asText();
      if (name.startsWith(MADE)) {
        for (Map.Entry<String, JsonNode> entry : map.path("data").properties()) {
          files.add(write(name, entry.getValue().asText().getBytes(StandardCharsets.UTF_8)));
        }
      }
    }
    return files;
  }

  private List<Path> standIns() throws IOException {
    List<Path> files = new ArrayList<>();
    for (JsonNode slo : items("servicelevelobjectives")) {
      String name = slo.at("/metadata/name").asText();
      try (InputStream made = getClass().getResourceAsStream(standIns + name + ".yaml")) {
        if (made != null) {
          files.add(write(name, made.readAllBytes()));
        }
      }
    }
    return files;
  }

  private JsonNode items(String kind) throws IOException {
    return JSON.readTree(kubectl.run("get", kind, "-o", "json")).path("items");
  }

  private Path write(String name, byte[] rules) throws IOException {
    return Files.write(folder.resolve(name + ".yaml"), rules);
  }

  @Override
  public void close() {
    operator.ifPresent(RunningProcess::close);
  }
}
