package dev.sluice.benchmarks.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.serving.XdsMetrics;
import dev.sluice.xds.serving.XdsServer;
import dev.sluice.xds.serving.XdsSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Our xDS server as {@code ./sluice bench peer} measures it: it serves one fleet, read from a file,
 * and a {@code POST /change?n=N} to its control puts change N in. Prints {@code ready} and both
 * ports; the counterpart is {@code benchmarks/peer/cmd/peer}.
 */
public final class Main {

  private static final String QUERY = "n=";
  private static final int NO_CONTENT = 204;

  private final XdsServer server;
  private final ChangingFleet fleet;

  private Main(XdsServer server, ChangingFleet fleet) {
    this.server = server;
    this.fleet = fleet;
  }

  /** Runs it until it is killed. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      System.err.println("peer: expected the file of a fleet");
      System.exit(2);
    }
    ChangingFleet fleet =
        ChangingFleet.read(Path.of(arguments[0]), RouterRef.parse("default/chat"));
    XdsServer server =
        XdsServer.start(
            XdsSettings.loopback(0),
            _ -> {},
            InstantSource.system(),
            new XdsMetrics(new SimpleMeterRegistry()));
    new Main(server, fleet).run();
  }

  private void run() throws IOException {
    server.publish(fleet.resources());
    HttpServer control =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    control.createContext("/change", this::change);
    control.start();
    System.out.printf("ready %d %d%n", server.port(), control.getAddress().getPort());
  }

  private void change(HttpExchange exchange) throws IOException {
    try (exchange) {
      fleet.change(Integer.parseInt(exchange.getRequestURI().getQuery().substring(QUERY.length())));
      server.publish(fleet.resources());
      exchange.sendResponseHeaders(NO_CONTENT, -1);
    }
  }
}
