package dev.sluice.xds.serving;

import dev.sluice.model.RouterRef;
import io.grpc.Context;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fleets that a peer's certificate names, and so may fetch: the union of its URI names {@code
 * spiffe://DOMAIN/fleet/NAMESPACE/ROUTER} and DNS names {@code ROUTER.NAMESPACE.fleet.sluice}. A
 * URI's ROUTER may be {@code *}, which is every router of the namespace. Other names are left
 * alone: a certificate may serve other purposes too.
 *
 * @param names {@code NAMESPACE/ROUTER} or {@code NAMESPACE/*}
 */
record AllowedFleets(Set<String> names) {

  static final AllowedFleets NONE = new AllowedFleets(Set.of());

  private static final Context.Key<AllowedFleets> OF_THIS_CALL = Context.key("allowed-fleets");
  // RFC 5280, 4.2.1.6: the tags of GeneralName.
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final String EVERY = "*";
  private static final Pattern FLEET_URI =
      Pattern.compile("spiffe://[^/]+/fleet/(?<namespace>[^/*]+)/(?<router>[^/*]+|\\*)");
  private static final Pattern FLEET_DNS =
      Pattern.compile("(?<router>[^*]+)\\.(?<namespace>[^.*]+)\\.fleet\\.sluice");

  AllowedFleets {
    names = Set.copyOf(names);
  }

  static AllowedFleets of(X509Certificate certificate) {
    Set<String> names = new TreeSet<>();
    for (List<?> name : alternativeNames(certificate)) {
      read((Integer) name.getFirst(), String.valueOf(name.get(1))).ifPresent(names::add);
    }
    return new AllowedFleets(names);
  }

  /** For calls that run in {@code context}. */
  Context in(Context context) {
    return context.withValue(OF_THIS_CALL, this);
  }

  /** Those of the peer whose call this is; empty where peers have no certificates. */
  static Optional<AllowedFleets> ofThisCall() {
    return Optional.ofNullable(OF_THIS_CALL.get());
  }

  boolean allow(String cluster) {
    try {
      RouterRef fleet = RouterRef.parse(cluster);
      return names.contains(fleet.toString()) || names.contains(fleet.namespace() + "/" + EVERY);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static Optional<String> read(int tag, String name) {
    Pattern pattern = tag == URI ? FLEET_URI : FLEET_DNS;
    Matcher matcher = pattern.matcher(name);
    return (tag == URI || tag == DNS) && matcher.matches()
        ? Optional.of(matcher.group("namespace") + "/" + matcher.group("router"))
        : Optional.empty();
  }

  /** One whose names can't be read has none. */
  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException _) {
      return List.of();
    }
  }

  @Override
  public String toString() {
    return names.isEmpty()
        ? "none: a SAN like spiffe://DOMAIN/fleet/NAMESPACE/ROUTER is missing"
        : String.join(", ", new TreeSet<>(names));
  }
}
