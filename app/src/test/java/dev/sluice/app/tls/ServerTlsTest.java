package dev.sluice.app.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lab.CertificateAuthority;
import dev.sluice.lab.CertificateAuthority.Issued;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.resources.FleetResources;
import dev.sluice.xds.serving.XdsMetrics;
import dev.sluice.xds.serving.XdsServer;
import dev.sluice.xds.serving.XdsSettings;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a real server, without a real Envoy. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, the two methods below the rest
class ServerTlsTest {

  private static final Duration NEVER = Duration.ofDays(1);
  private static final RouterRef CHAT = new RouterRef("default", "chat");

  private static CertificateAuthority authority;
  private static CertificateAuthority stranger;
  private static Issued first;
  private static Issued second;
  private static Issued chat;
  private static Issued chatOfAStranger;

  @TempDir private Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TlsFiles files;
  private ServerTls tls;
  private XdsServer server;

  @BeforeAll
  static void issueCertificates(@TempDir Path authorities) {
    authority = CertificateAuthority.create(authorities.resolve("ours"));
    stranger = CertificateAuthority.create(authorities.resolve("theirs"));
    first = authority.issue("dns:localhost");
    second = authority.issue("dns:localhost");
    chat = authority.issue("uri:spiffe://td/fleet/default/chat");
    chatOfAStranger = stranger.issue("uri:spiffe://td/fleet/default/chat");
  }

  @BeforeEach
  void startServer() throws Exception {
    files =
        new TlsFiles(
            folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"));
    first.writeTo(folder);
    authority.writeTo(folder);
    tls = ServerTls.open(files, InstantSource.system(), new TlsMetrics(meters), NEVER);
    server =
        XdsServer.start(
            XdsSettings.loopback(0).withCredentials(tls.credentials()),
            _ -> {},
            InstantSource.system(),
            new XdsMetrics(meters));
    server.publish(new FleetResources(CHAT, List.of(), List.of(), List.of(), List.of(), List.of()));
  }

  @AfterEach
  void stopServer() {
    server.close();
    tls.close();
  }

  private Peer peer(Issued certificate) {
    return new Peer(authority, Optional.of(certificate));
  }

  private double failures() {
    return meters.get("sluice.tls.reload.failures").counter().count();
  }

  @Test
  void certificateThatNamesTheFleetGetsIt() throws Exception {
    assertThat(peer(chat).askFor("default/chat", server.port()).isOk()).isTrue();
  }

  @Test
  void certificateThatNamesAnotherFleetIsToldWhichOnesItMayHave() throws Exception {
    Status status = peer(chat).askFor("default/code", server.port());

    assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status.getDescription())
        .isEqualTo(
            "node.cluster: \"default/code\" (expected: a fleet that the certificate names; it names"
                + " default/chat)");
    assertThat(meters.get("sluice.xds.refusals").tag("reason", "fleet").counter().count())
        .isEqualTo(1);
    assertThat(server.waiting()).isEmpty();
  }

  @Test
  void certificateOfAnotherAuthorityAnExpiredOneOrNoneIsRefused() throws Exception {
    Issued old = authority.expired("uri:spiffe://td/fleet/default/chat");
    Peer nobody = new Peer(authority, Optional.empty());

    assertThat(peer(chatOfAStranger).askFor("default/chat", server.port()).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(peer(old).askFor("default/chat", server.port()).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(nobody.askFor("default/chat", server.port()).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(server.status().getFirst().nodes()).isEmpty();
  }

  @Test
  void changedCertificateIsShownFromTheNextConnectionOn() throws Exception {
    assertThat(peer(chat).serverSerial(server.port()))
        .isEqualTo(first.certificate().getSerialNumber());

    second.writeTo(folder);
    tls.look();

    assertThat(peer(chat).serverSerial(server.port()))
        .isEqualTo(second.certificate().getSerialNumber());
    assertThat(failures()).isZero();
    assertThat(meters.get("sluice.tls.certificate.expiry").gauge().value())
        .isEqualTo((double) second.certificate().getNotAfter().toInstant().getEpochSecond());
  }

  @Test
  void changedAuthorityIsGoneByFromTheNextConnectionOn() throws Exception {
    stranger.writeTo(folder);
    tls.look();

    assertThat(peer(chatOfAStranger).askFor("default/chat", server.port()).isOk()).isTrue();
    assertThat(peer(chat).askFor("default/chat", server.port()).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void halfWrittenPairLeavesTheLastGoodOneAndIsCounted() throws Exception {
    Files.writeString(files.certificate(), second.chain());
    tls.look();
    assertThat(failures()).isEqualTo(1);
    assertThat(peer(chat).serverSerial(server.port()))
        .isEqualTo(first.certificate().getSerialNumber());

    Files.writeString(files.key(), second.key().substring(0, 60));
    tls.look();
    Files.delete(files.key());
    tls.look();
    assertThat(failures()).isEqualTo(3);

    Files.writeString(files.key(), second.key());
    tls.look();
    assertThat(failures()).isEqualTo(3);
    assertThat(peer(chat).serverSerial(server.port()))
        .isEqualTo(second.certificate().getSerialNumber());
  }

  @Test
  void folderThatKubernetesSwapsIsFollowed(@TempDir Path mount) throws Exception {
    first.writeTo(mount.resolve("..1"));
    authority.writeTo(mount.resolve("..1"));
    second.writeTo(mount.resolve("..2"));
    authority.writeTo(mount.resolve("..2"));
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
    for (String name : List.of("tls.crt", "tls.key", "ca.crt")) {
      Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
    }
    TlsFiles mounted =
        new TlsFiles(mount.resolve("tls.crt"), mount.resolve("tls.key"), mount.resolve("ca.crt"));
    try (ServerTls swapped =
        ServerTls.open(
            mounted, InstantSource.system(), new TlsMetrics(new SimpleMeterRegistry()), NEVER)) {

      Path next = Files.createSymbolicLink(mount.resolve("..tmp"), Path.of("..2"));
      Files.move(next, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      swapped.look();

      assertThat(swapped.expiry()).isEqualTo(second.certificate().getNotAfter().toInstant());
      assertThat(swapped.certificate()).isEqualTo(second.certificate());
    }
  }

  @Test
  void eachFaultNamesItsOptionAndNothingOfTheKey() throws Exception {
    Files.writeString(files.key(), second.key());
    assertFault(
        "--tls-key %s: not the key of %s (expected: the key it was issued for)"
            .formatted(files.key(), files.certificate()));

    String secret = "c2VjcmV0";
    Files.writeString(
        files.key(),
        "-----BEGIN RSA PRIVATE KEY-----\n" + secret + "\n-----END RSA PRIVATE KEY-----\n");
    assertFault(
        ("--tls-key %s: no key that can be read (expected: an EC, RSA or Ed25519 key as PEM,"
                + " unencrypted)")
            .formatted(files.key()));

    Files.writeString(files.clientAuthorities(), "nothing");
    first.writeTo(folder);
    assertFault(
        ("--tls-client-ca %s: no certificate (expected: PEM that begins with -----BEGIN"
                + " CERTIFICATE-----)")
            .formatted(files.clientAuthorities()));
  }

  @Test
  void expiredCertificateIsAFault() {
    Issued expired = authority.expired("dns:localhost").writeTo(folder);

    assertThatThrownBy(() -> TlsMaterial.read(files, InstantSource.system().instant()))
        .isInstanceOf(TlsFault.class)
        .hasMessageStartingWith(
            "--tls-cert %s: valid from %s to %s (expected: valid now,"
                .formatted(
                    files.certificate(),
                    expired.certificate().getNotBefore().toInstant(),
                    expired.certificate().getNotAfter().toInstant()));
  }

  private void assertFault(String words) {
    assertThatThrownBy(() -> TlsMaterial.read(files, InstantSource.system().instant()))
        .isInstanceOf(TlsFault.class)
        .hasMessage(words)
        .hasNoCause();
  }
}
