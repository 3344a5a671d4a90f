package dev.sluice.xds.serving;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the open streams, refuses those beyond a limit, notes which fleets a peer's certificate
 * names, and ends all streams one after the other when the server stops.
 *
 * <p><em>Thread:</em> any. <em>On failure:</em> a stream that is refused gets RESOURCE_EXHAUSTED; a
 * peer whose certificate can't be read may fetch no fleet. <em>On shutdown:</em> {@link #endAll}.
 */
final class StreamGate implements ServerInterceptor {

  private static final Logger log = LoggerFactory.getLogger(StreamGate.class);

  // Envoys go to another replica at once: a hundred in a second are no storm for it.
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Status STOPS =
      Status.UNAVAILABLE.withDescription("this server stops; another may be asked");

  private final int limit;
  private final boolean checksCertificates;
  private final XdsMetrics metrics;
  private final Set<EndableCall<?, ?>> open = new HashSet<>();
  private boolean full;

  StreamGate(int limit, boolean checksCertificates, XdsMetrics metrics) {
    this.limit = limit;
    this.checksCertificates = checksCertificates;
    this.metrics = metrics;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    EndableCall<Q, R> endable = new EndableCall<>(call);
    if (!enters(endable)) {
      refuse(call);
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current();
    Context known = checksCertificates ? allowed(call).in(context) : context;
    try {
      return leaving(endable, Contexts.interceptCall(known, endable, headers, next));
    } catch (RuntimeException bug) {
      // Nobody hears of the end of a call that didn't begin.
      leaves(endable);
      throw bug;
    }
  }

  private void refuse(ServerCall<?, ?> call) {
    metrics.refused(XdsMetrics.Refusal.LIMIT);
    call.close(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "streams: this server has %d open (expected: fewer than --max-streams)"
                .formatted(limit)),
        new Metadata());
  }

  /** However a call ends, one of the two is heard. */
  private <Q> ServerCall.Listener<Q> leaving(
      EndableCall<?, ?> call, ServerCall.Listener<Q> listener) {
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        leaves(call);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        leaves(call);
        super.onComplete();
      }
    };
  }

  private synchronized boolean enters(EndableCall<?, ?> call) {
    boolean enters = open.size() < limit;
    if (enters) {
      open.add(call);
    } else if (!full) {
      log.warn("xds streams at their limit, more are refused limit={}", limit);
    }
    full = !enters;
    return enters;
  }

  private synchronized void leaves(EndableCall<?, ?> call) {
    open.remove(call);
  }

  synchronized int size() {
    return open.size();
  }

  private static AllowedFleets allowed(ServerCall<?, ?> call) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    try {
      return session != null && session.getPeerCertificates()[0] instanceof X509Certificate leaf
          ? AllowedFleets.of(leaf)
          : AllowedFleets.NONE;
    } catch (SSLPeerUnverifiedException _) {
      return AllowedFleets.NONE;
    }
  }

  /**
   * Ends every open stream, in random order and evenly spread, so that the servers that take over
   * aren't asked by all nodes at once.
   *
   * @param bound the longest it may take in all
   */
  void endAll(Duration bound) throws InterruptedException {
    List<EndableCall<?, ?>> ending = snapshot();
    if (ending.isEmpty()) {
      return;
    }
    Collections.shuffle(ending);
    long pause = Math.min(PAUSE.toNanos(), bound.toNanos() / ending.size());
    for (EndableCall<?, ?> call : ending.subList(1, ending.size())) {
      call.end(STOPS);
      TimeUnit.NANOSECONDS.sleep(pause);
    }
    ending.getFirst().end(STOPS);
  }

  private synchronized List<EndableCall<?, ?>> snapshot() {
    return new ArrayList<>(open);
  }
}
