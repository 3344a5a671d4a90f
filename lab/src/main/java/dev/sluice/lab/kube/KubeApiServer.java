package dev.sluice.lab.kube;

import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.Parts;
import dev.sluice.lab.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * A real kube-apiserver with its own etcd, as child processes on free ports of 127.0.0.1: the API,
 * its storage and its admission, but no node, scheduler or controller. RBAC is on; the kubeconfig's
 * user may do everything.
 *
 * <p><em>Thread:</em> any; calls block for at most {@link #READY_BOUND}. <em>On failure:</em> a
 * process that dies while starting makes {@link #start} throw with the end of its log. <em>On
 * shutdown:</em> {@link #close()} ends both processes.
 */
public final class KubeApiServer implements AutoCloseable {

  /** How long a start may take; on a quiet machine it takes about three seconds. */
  public static final Duration READY_BOUND = Duration.ofSeconds(90);

  private final Path apiServerBinary;
  private final Path folder;
  private final int port;
  private final int etcdPort;
  private final KubeAccess access;
  private final RunningProcess etcd;
  private volatile RunningProcess apiServer;

  private KubeApiServer(Parts.KubeBinaries binaries, Path folder) {
    this.apiServerBinary = binaries.apiServer();
    this.folder = folder;
    this.port = FreePorts.pick();
    this.etcdPort = FreePorts.pick();
    this.access = KubeAccess.create(folder, port, UUID.randomUUID().toString());
    this.etcd = launchEtcd(binaries.etcd());
    this.apiServer = launchApiServer();
  }

  /** Starts both in {@code folder} and returns once the API server is ready. */
  public static KubeApiServer start(Parts.KubeBinaries binaries, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: can't be made a folder".formatted(folder), e);
    }
    KubeApiServer server = new KubeApiServer(binaries, folder);
    try {
      server.awaitReady();
      return server;
    } catch (RuntimeException failure) {
      server.close();
      throw failure;
    }
  }

  private RunningProcess launchEtcd(Path binary) {
    int peerPort = FreePorts.pick();
    String client = "http://127.0.0.1:" + etcdPort;
    String peer = "http://127.0.0.1:" + peerPort;
    return RunningProcess.start(
        "etcd",
        List.of(
            binary.toString(),
            "--name=lab",
            "--data-dir=" + folder.resolve("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=lab=" + peer,
            "--log-level=warn"),
        folder.resolve("etcd.log"));
  }

  private RunningProcess launchApiServer() {
    return RunningProcess.start(
        "kube-apiserver",
        List.of(
            apiServerBinary.toString(),
            "--etcd-servers=http://127.0.0.1:" + etcdPort,
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--secure-port=" + port,
            "--endpoint-reconciler-type=none",
            "--cert-dir=" + access.certificates(),
            "--token-auth-file=" + access.tokens(),
            "--authorization-mode=RBAC",
            "--service-cluster-ip-range=10.96.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=" + access.signingKey(),
            "--service-account-signing-key-file=" + access.signingKey(),
            "--disable-admission-plugins=ServiceAccount"),
        folder.resolve("kube-apiserver.log"));
  }

  private void awaitReady() {
    Await.until(
        READY_BOUND,
        "kube-apiserver is ready",
        () -> !apiServer.isAlive() || !etcd.isAlive() || access.answersReady());
    etcd.requireAlive();
    apiServer.requireAlive();
    access.writeKubeconfig();
  }

  /** A kubeconfig whose only user may do everything. */
  public Path kubeconfig() {
    return access.kubeconfig();
  }

  /** SIGKILL for the API server; what it stored stays in etcd. */
  public void kill9() {
    apiServer.kill9();
  }

  /** Starts the API server again on the same port, with what it stored. */
  public void startAgain() {
    apiServer.close();
    apiServer = launchApiServer();
    awaitReady();
  }

  @Override
  public void close() {
    try {
      apiServer.close();
    } finally {
      etcd.close();
    }
  }
}
