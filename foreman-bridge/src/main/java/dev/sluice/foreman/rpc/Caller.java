package dev.sluice.foreman.rpc;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who calls, by the certificate shown: its first URI name (a SPIFFE id, say), else its first DNS
 * name. Read once a connection.
 */
final class Caller {

  /** Without TLS nobody says who they are. */
  static final String PLAINTEXT = "plaintext";

  /** A certificate that was vouched for, and has neither name. */
  static final String UNNAMED = "unnamed";

  // RFC 5280, 4.2.1.6: the tags of GeneralName.
  private static final int DNS = 2;
  private static final int URI = 6;

  private static final Attributes.Key<String> OF_CONNECTION =
      Attributes.Key.create("sluice-caller");
  private static final Context.Key<String> OF_CALL =
      Context.keyWithDefault("sluice-caller", PLAINTEXT);

  private Caller() {}

  /** Whose call this thread answers. */
  static String current() {
    return OF_CALL.get();
  }

  /** Notes on each connection whose it is. */
  static ServerTransportFilter ofConnections() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes connection) {
        SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return session == null
            ? connection
            : connection.toBuilder().set(OF_CONNECTION, name(session)).build();
      }
    };
  }

  /** Has each call know it. */
  static ServerInterceptor ofCalls() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String caller = call.getAttributes().get(OF_CONNECTION);
        Context context =
            caller == null ? Context.current() : Context.current().withValue(OF_CALL, caller);
        return Contexts.interceptCall(context, call, headers, next);
      }
    };
  }

  private static String name(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate leaf
          ? name(leaf)
          : UNNAMED;
    } catch (SSLPeerUnverifiedException _) {
      return PLAINTEXT;
    }
  }

  static String name(X509Certificate certificate) {
    return first(certificate, URI).or(() -> first(certificate, DNS)).orElse(UNNAMED);
  }

  private static Optional<String> first(X509Certificate certificate, int tag) {
    return alternativeNames(certificate).stream()
        .filter(name -> Integer.valueOf(tag).equals(name.getFirst()))
        .map(name -> String.valueOf(name.get(1)))
        .findFirst();
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException _) {
      return List.of();
    }
  }
}
