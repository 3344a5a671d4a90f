package dev.sluice.xds.router;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What holds for all of a router's rules.
 *
 * @param responseHeaderTimeout how long a backend may take to its response's headers, unless a rule
 *     or backend says otherwise; never ends a stream
 * @param quarantine how long a replica that fails gets no requests
 * @param classificationHeader the request header that carries the data classification
 * @param sensitive classifications whose rules must fail closed and stay local, in lower case
 * @param access who may call; empty lets everyone
 * @param auditLog where a line for each request goes; empty writes none
 * @param caFile the certificate authorities that providers are checked against: a PEM file on the
 *     machine of Envoy
 */
public record RouterSettings(
    Duration responseHeaderTimeout,
    Duration quarantine,
    String classificationHeader,
    Set<String> sensitive,
    Optional<Access> access,
    Optional<AuditLog> auditLog,
    String caFile) {

  /** LLMKube's defaults; the file is where Debian, Ubuntu and Envoy's own image have it. */
  public static final RouterSettings DEFAULT =
      new RouterSettings(
          Duration.ofMinutes(2),
          Duration.ofSeconds(15),
          "x-llmkube-classification",
          Set.of("pii", "phi"),
          Optional.empty(),
          Optional.empty(),
          "/etc/ssl/certs/ca-certificates.crt");

  public RouterSettings {
    sensitive = Set.copyOf(sensitive);
  }

  /**
   * Callers show a token of this issuer.
   *
   * @param issuer the token's {@code iss}
   * @param keys where its signing keys are: a JWKS
   * @param teamClaim the claim that names the caller's team
   * @param teamHeader the request header that backends read the team in
   * @param grants which team may use which models; none lets every team use all
   */
  public record Access(
      String issuer, URI keys, String teamClaim, String teamHeader, List<Grant> grants) {
    public Access {
      grants = List.copyOf(grants);
    }

    /**
     * What one team may use.
     *
     * @param models names, as requests write them; none is all
     */
    public record Grant(String team, List<String> models) {
      public Grant {
        models = List.copyOf(models);
      }
    }
  }

  /**
   * A line of JSON for each request.
   *
   * @param file on the machine of Envoy; empty for its standard output
   */
  public record AuditLog(Optional<String> file) {}

  /** With this access instead. */
  public RouterSettings withAccess(Access other) {
    return new RouterSettings(
        responseHeaderTimeout,
        quarantine,
        classificationHeader,
        sensitive,
        Optional.of(other),
        auditLog,
        caFile);
  }

  /** With this audit log instead. */
  public RouterSettings withAuditLog(AuditLog other) {
    return new RouterSettings(
        responseHeaderTimeout,
        quarantine,
        classificationHeader,
        sensitive,
        access,
        Optional.of(other),
        caFile);
  }

  /** With these authorities instead. */
  public RouterSettings withCaFile(String other) {
    return new RouterSettings(
        responseHeaderTimeout,
        quarantine,
        classificationHeader,
        sensitive,
        access,
        auditLog,
        other);
  }
}
