package dev.sluice.app;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Objects;

/**
 * What kube-proxy does for one Service, where none runs: each new connection goes to the pods that
 * its selector names now.
 *
 * <p><em>Thread:</em> a virtual one for each direction of a connection. <em>On failure:</em> a
 * connection whose pod can't be reached is closed. <em>On shutdown:</em> {@link #close} takes no
 * more connections; those under way end with their peers.
 */
final class ServiceStandIn implements AutoCloseable {

  private final ServerSocket socket;
  private final Map<Map<String, String>, Integer> ports;
  private final SharedIndexInformer<Service> watch;
  private volatile Map<String, String> selector = Map.of();

  /**
   * Stands in for a Service of the namespace default.
   *
   * @param ports of 127.0.0.1, by the labels of the pods that are reached there
   */
  ServiceStandIn(KubernetesClient client, String service, Map<Map<String, String>, Integer> ports) {
    this.ports = Map.copyOf(ports);
    try {
      socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    watch = client.services().inNamespace("default").withName(service).inform(new Follow());
    Thread.ofVirtual().name("service-stand-in").start(this::accept);
  }

  private final class Follow implements ResourceEventHandler<Service> {
    @Override
    public void onAdd(Service service) {
      selector = Map.copyOf(service.getSpec().getSelector());
    }

    @Override
    public void onUpdate(Service before, Service service) {
      onAdd(service);
    }

    @Override
    public void onDelete(Service service, boolean isStateUnknown) {
      selector = Map.of();
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      // That is how it ends.
    }
  }

  private void serve(Socket client) {
    int port = Objects.requireNonNull(ports.get(selector), () -> "nobody has " + selector);
    try (client;
        Socket pod = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread up = Thread.ofVirtual().start(() -> copy(client, pod));
      copy(pod, client);
      up.join();
    } catch (IOException away) {
      // The client sees its connection end.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException ended) {
      // The other direction ends with it.
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
    socket.close();
  }
}
