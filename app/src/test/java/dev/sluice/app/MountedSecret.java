package dev.sluice.app;

import dev.sluice.lab.CertificateAuthority;
import dev.sluice.lab.CertificateAuthority.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A folder as the kubelet mounts a Secret: the files are links into {@code ..data}, a link itself,
 * which is swapped when the Secret changes.
 */
final class MountedSecret {

  private final Path folder;
  private int version;

  MountedSecret(Path folder, Issued certificate, CertificateAuthority trusted) {
    this.folder = folder;
    write(certificate, trusted);
    try {
      for (String name : List.of("tls.crt", "tls.key", "ca.crt")) {
        Files.createSymbolicLink(file(name), Path.of("..data", name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  void write(Issued certificate, CertificateAuthority trusted) {
    String name = "..version-" + ++version;
    certificate.writeTo(folder.resolve(name));
    trusted.writeTo(folder.resolve(name));
    try {
      Path next = Files.createSymbolicLink(folder.resolve("..next"), Path.of(name));
      Files.move(next, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
