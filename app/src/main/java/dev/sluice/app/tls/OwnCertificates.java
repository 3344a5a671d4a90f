package dev.sluice.app.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Authorities of our own and the server certificate that one of them signed, in the form of a
 * Secret of type {@code kubernetes.io/tls}.
 *
 * <p>A new authority is in the bundle for an hour before it signs, and an old one for as long as it
 * is valid: whoever checks our certificate by the bundle has a signer of it at all times.
 *
 * @param authorities the newest first, which signs what is new
 * @param authorityKey of the newest
 * @param server what is shown
 */
public record OwnCertificates(
    List<X509Certificate> authorities, PrivateKey authorityKey, Identity server) {

  static final Duration AUTHORITY_LIFE = Duration.ofDays(360);
  static final Duration SERVER_LIFE = Duration.ofDays(90);
  static final Duration KNOWN_AFTER = Duration.ofHours(1);

  private static final String AUTHORITIES = "ca.crt";
  private static final String AUTHORITY_KEY = "ca.key";
  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";

  public OwnCertificates {
    authorities = List.copyOf(authorities);
  }

  /** New ones, for a server of these names. */
  public static OwnCertificates issue(Set<String> names, Instant now) {
    Identity authority = Issuer.authority(now, AUTHORITY_LIFE);
    return new OwnCertificates(
        authority.chain(), authority.key(), Issuer.server(authority, names, now, SERVER_LIFE));
  }

  /**
   * What to go on with: these, or new ones where two thirds of a life are over, or where the
   * server's names are others.
   */
  public OwnCertificates renewed(Set<String> names, Instant now) {
    if (!isValid(authorities.getFirst(), now)) {
      return issue(names, now);
    }
    if (isDue(authorities.getFirst(), now)) {
      Identity next = Issuer.authority(now, AUTHORITY_LIFE);
      List<X509Certificate> known =
          Stream.concat(next.chain().stream(), authorities.stream())
              .filter(authority -> isValid(authority, now))
              .toList();
      return new OwnCertificates(known, next.key(), server);
    }
    boolean isWrong = !isValid(server.certificate(), now) || !named().equals(names);
    if (isWrong || (isDue(server.certificate(), now) && isKnown(now))) {
      Identity authority = new Identity(List.of(authorities.getFirst()), authorityKey);
      return new OwnCertificates(
          authorities, authorityKey, Issuer.server(authority, names, now, SERVER_LIFE));
    }
    return this;
  }

  private boolean isKnown(Instant now) {
    Instant issued = start(authorities.getFirst()).plus(Issuer.BACKDATED);
    return authorities.size() == 1 || !now.isBefore(issued.plus(KNOWN_AFTER));
  }

  private static boolean isValid(X509Certificate certificate, Instant now) {
    return now.isBefore(end(certificate));
  }

  private static boolean isDue(X509Certificate certificate, Instant now) {
    Duration life = Duration.between(start(certificate), end(certificate));
    return !now.isBefore(start(certificate).plus(life.multipliedBy(2).dividedBy(3)));
  }

  private static Instant start(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant();
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  private Set<String> named() {
    try {
      Collection<List<?>> names = server.certificate().getSubjectAlternativeNames();
      return names == null
          ? Set.of()
          : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.toSet());
    } catch (CertificateParsingException _) {
      return Set.of();
    }
  }

  /** Who vouches for the server, as PEM: also those that did, while they are valid. */
  public String bundle() {
    return Pem.text(authorities);
  }

  /** As the data of a Secret, not yet in base64. */
  public Map<String, String> data() {
    return Map.of(
        AUTHORITIES, bundle(),
        AUTHORITY_KEY, Pem.text(authorityKey),
        CERTIFICATE, Pem.text(server.chain()),
        KEY, Pem.text(server.key()));
  }

  /** Reads {@link #data()} back; empty if it can't be used. */
  public static Optional<OwnCertificates> of(Map<String, String> data) {
    try {
      List<X509Certificate> authorities = Pem.certificates(data.getOrDefault(AUTHORITIES, ""));
      List<X509Certificate> chain = Pem.certificates(data.getOrDefault(CERTIFICATE, ""));
      Optional<PrivateKey> authorityKey = Pem.privateKey(data.getOrDefault(AUTHORITY_KEY, ""));
      Optional<PrivateKey> key = Pem.privateKey(data.getOrDefault(KEY, ""));
      if (authorities.isEmpty() || chain.isEmpty() || authorityKey.isEmpty() || key.isEmpty()) {
        return Optional.empty();
      }
      Identity authority = new Identity(List.of(authorities.getFirst()), authorityKey.get());
      Identity server = new Identity(chain, key.get());
      return authority.isWhole() && server.isWhole()
          ? Optional.of(new OwnCertificates(authorities, authorityKey.get(), server))
          : Optional.empty();
    } catch (GeneralSecurityException _) {
      return Optional.empty();
    }
  }

  /** Without a key in it. */
  @Override
  public String toString() {
    return server + ", vouched for by " + authorities.size();
  }
}
