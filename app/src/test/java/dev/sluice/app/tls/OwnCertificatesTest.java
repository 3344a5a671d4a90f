package dev.sluice.app.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnCertificatesTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Set<String> NAMES = Set.of("sluice.sluice-system.svc", "127.0.0.1");

  private final OwnCertificates first = OwnCertificates.issue(NAMES, NOON);

  @Test
  void theServersCertificateHasItsNamesAndIsSignedByTheAuthority() throws Exception {
    X509Certificate server = first.server().certificate();

    assertThat(server.getSubjectAlternativeNames())
        .extracting(name -> name.get(1).toString())
        .containsExactlyInAnyOrderElementsOf(NAMES);
    server.verify(first.authorities().getFirst().getPublicKey());
    assertThat(server.getExtendedKeyUsage()).isEqualTo(List.of("1.3.6.1.5.5.7.3.1"));
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(first.authorities().getFirst().getBasicConstraints()).isZero();
  }

  @Test
  void theyAreReadBackAsTheyWereWritten() {
    assertThat(OwnCertificates.of(first.data())).contains(first);
    assertThat(first.toString()).doesNotContain("PRIVATE");
  }

  @Test
  void whatIsNotWholeIsNotRead() {
    Map<String, String> mixed = new HashMap<>(first.data());
    mixed.putAll(Map.of("tls.key", OwnCertificates.issue(NAMES, NOON).data().get("tls.key") + ""));
    Map<String, String> cut = new HashMap<>(first.data());
    cut.remove("ca.key");

    assertThat(OwnCertificates.of(mixed)).isEmpty();
    assertThat(OwnCertificates.of(cut)).isEmpty();
    assertThat(OwnCertificates.of(Map.of())).isEmpty();
  }

  @Test
  void nothingChangesBeforeTwoThirdsOfALife() {
    assertThat(first.renewed(NAMES, NOON)).isSameAs(first);
    assertThat(first.renewed(NAMES, NOON.plus(Duration.ofDays(59)))).isSameAs(first);
  }

  @Test
  void theServersCertificateIsRenewedAfterTwoThirdsOfItsLifeByTheSameAuthority() throws Exception {
    OwnCertificates next = first.renewed(NAMES, NOON.plus(Duration.ofDays(60)));

    assertThat(next.server()).isNotEqualTo(first.server());
    assertThat(next.authorities()).isEqualTo(first.authorities());
    next.server().certificate().verify(first.authorities().getFirst().getPublicKey());
  }

  @Test
  void otherNamesAreCertifiedAtOnce() {
    OwnCertificates next = first.renewed(Set.of("127.0.0.1"), NOON);

    assertThat(next.server()).isNotEqualTo(first.server());
    assertThat(next.authorities()).isEqualTo(first.authorities());
    assertThat(next.renewed(Set.of("127.0.0.1"), NOON)).isSameAs(next);
  }

  @Test
  void aNewAuthorityIsKnownForAnHourBeforeItSigns() {
    Instant due = NOON.plus(Duration.ofDays(240));
    OwnCertificates before = first.renewed(NAMES, due.minus(Duration.ofDays(60)).minusSeconds(600));

    OwnCertificates staged = before.renewed(NAMES, due);
    OwnCertificates early = staged.renewed(NAMES, due.plus(Duration.ofMinutes(59)));
    OwnCertificates signed = staged.renewed(NAMES, due.plus(Duration.ofMinutes(61)));

    assertThat(staged.authorities()).hasSize(2).contains(first.authorities().getFirst());
    assertThat(staged.server()).isEqualTo(before.server());
    assertThat(early).isSameAs(staged);
    assertThat(signed.server()).isNotEqualTo(before.server());
    assertThat(signed.authorities()).isEqualTo(staged.authorities());
    X509Certificate server = signed.server().certificate();
    assertThat(isSignedBy(server, staged.authorities().getFirst())).isTrue();
    assertThat(isSignedBy(server, first.authorities().getFirst())).isFalse();
  }

  @Test
  void anAuthorityWhoseLifeIsOverLeavesTheBundle() {
    OwnCertificates certificates = first;
    for (int day = 0; day <= 600; day++) {
      certificates = certificates.renewed(NAMES, NOON.plus(Duration.ofDays(day)));
      X509Certificate server = certificates.server().certificate();
      assertThat(certificates.authorities()).anyMatch(authority -> isSignedBy(server, authority));
    }

    assertThat(certificates.authorities())
        .hasSize(2)
        .doesNotContain(first.authorities().getFirst());
  }

  @Test
  void afterALongAbsenceEverythingIsIssuedAnew() {
    OwnCertificates next = first.renewed(NAMES, NOON.plus(Duration.ofDays(400)));

    assertThat(next.authorities()).hasSize(1).doesNotContainAnyElementsOf(first.authorities());
  }

  private static boolean isSignedBy(X509Certificate certificate, X509Certificate authority) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
