package dev.sluice.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands in for the Service before Sluice's replicas: a new connection goes to the first of their
 * ports that takes one. Bytes are passed on as they are, so TLS is between the two ends.
 *
 * <p><em>Thread:</em> two virtual ones per connection. <em>On failure:</em> a client whose replicas
 * are all away sees its connection end. <em>On shutdown:</em> {@link #close} ends all connections.
 */
final class ReplicasStandIn implements AutoCloseable {

  private final ServerSocket socket;
  private final List<Integer> replicas;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  /** Stands in for replicas of 127.0.0.1, the one to be preferred first. */
  ReplicasStandIn(List<Integer> replicas) {
    this.replicas = List.copyOf(replicas);
    try {
      socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Thread.ofVirtual().name("replicas-stand-in").start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Ends the connections there are, as a replica does with those that stand for an hour. */
  void endConnections() {
    clients.forEach(ReplicasStandIn::end);
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
    clients.add(client);
    try (client;
        Socket replica = connect()) {
      Thread up = Thread.ofVirtual().start(() -> copy(client, replica));
      copy(replica, client);
      end(client);
      up.join();
    } catch (IOException away) {
      // The client sees its connection end, and tries again.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      clients.remove(client);
    }
  }

  private Socket connect() throws IOException {
    IOException last = new IOException("no replica");
    for (int port : replicas) {
      try {
        return new Socket(InetAddress.getLoopbackAddress(), port);
      } catch (IOException away) {
        last = away;
      }
    }
    throw last;
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException ended) {
      // The other direction ends with it.
    }
  }

  private static void end(Socket connection) {
    try {
      connection.close();
    } catch (IOException ended) {
      // So it has ended.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    endConnections();
  }
}
