package dev.sluice.app.tls;

import dev.sluice.lab.CertificateAuthority;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Who connects with a certificate, or without one, and a new connection for each question. */
public record Peer(CertificateAuthority trusts, Optional<CertificateAuthority.Issued> shows) {

  private static final String CLUSTERS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  private static final long PATIENCE_SECONDS = 10;

  /** How a stream that asks for the fleet's clusters ends, or OK once it is answered. */
  public Status askFor(String fleet, int port) throws Exception {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials())
            .overrideAuthority("localhost")
            .build();
    try {
      Answer answer = new Answer();
      StreamObserver<DeltaDiscoveryRequest> requests =
          AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(answer);
      requests.onNext(
          DeltaDiscoveryRequest.newBuilder()
              .setNode(Node.newBuilder().setId("n1").setCluster(fleet))
              .setTypeUrl(CLUSTERS)
              .build());
      return answer.status.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private ChannelCredentials credentials() throws IOException {
    TlsChannelCredentials.Builder builder =
        TlsChannelCredentials.newBuilder().trustManager(stream(trusts.certificate()));
    if (shows.isPresent()) {
      builder.keyManager(stream(shows.get().chain()), stream(shows.get().key()));
    }
    return builder.build();
  }

  /** The serial number of the certificate that the server shows. */
  public BigInteger serverSerial(int port) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust().getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      SSLSession session = socket.getSession();
      return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private TrustManagerFactory trust() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("root", Pem.certificates(trusts.certificate()).getFirst());
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static final class Answer implements StreamObserver<DeltaDiscoveryResponse> {
    private final CompletableFuture<Status> status = new CompletableFuture<>();

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
      status.complete(Status.OK);
    }

    @Override
    public void onError(Throwable error) {
      status.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      status.complete(Status.OK);
    }
  }
}
