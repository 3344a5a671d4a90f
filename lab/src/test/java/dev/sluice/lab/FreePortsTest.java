package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortsTest {

  @Test
  void noPortIsGivenTwiceThoughNobodyListensYet() {
    List<Integer> ports =
        IntStream.range(0, 200).parallel().mapToObj(_ -> FreePorts.pick()).toList();

    assertThat(ports).doesNotHaveDuplicates().hasSize(200);
  }

  @Test
  void aServerCanListenOnIt() throws IOException {
    int port = FreePorts.pick();

    try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(server.getLocalPort()).isEqualTo(port);
    }
  }
}
