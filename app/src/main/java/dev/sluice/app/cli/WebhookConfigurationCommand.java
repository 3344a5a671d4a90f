package dev.sluice.app.cli;

import dev.sluice.app.webhook.WebhookConfiguration;
import dev.sluice.app.webhook.WebhookConfiguration.Place;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice webhook-configuration}: what makes an API server ask Sluice. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "webhook-configuration",
    description = {
      "Prints the ValidatingWebhookConfiguration that has the API server ask Sluice before Foreman",
      "dispatches. Who may apply it decides for the cluster; Sluice itself only keeps its caBundle."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "1:--ca can't be read", "2:wrong usage"})
final class WebhookConfigurationCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Where where;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "who vouches for the certificate of --webhook-cert, PEM (default: nobody yet; Sluice"
              + " fills in its own, and so does cert-manager's cainjector)")
  private @Nullable Path authorities;

  private static final class Where {

    @Option(
        names = "--service",
        paramLabel = "NAMESPACE/NAME",
        required = true,
        description = "the Service of Sluice, whose port 443 leads to --webhook")
    private @Nullable String service;

    @Option(
        names = "--url",
        paramLabel = "URL",
        required = true,
        description = "an https URL of Sluice that the API server reaches")
    private @Nullable URI url;
  }

  @Override
  public Integer call() {
    Optional<Place> place = place();
    PrintWriter err = spec.commandLine().getErr();
    if (place.isEmpty()) {
      err.println(
          where.service == null
              ? "--url " + where.url + ": not an address (expected: https://HOST:PORT)"
              : "--service " + where.service + ": not a Service (expected: NAMESPACE/NAME)");
      return ExitCode.USAGE;
    }
    try {
      Optional<String> pem =
          authorities == null
              ? Optional.empty()
              : Optional.of(Files.readString(authorities, StandardCharsets.ISO_8859_1));
      PrintWriter out = spec.commandLine().getOut();
      out.print(WebhookConfiguration.yaml(place.get(), pem));
      out.flush();
      return ExitCode.OK;
    } catch (IOException _) {
      err.println("--ca " + authorities + ": can't be read (expected: a readable file)");
      return ExitCode.FAILED;
    }
  }

  private Optional<Place> place() {
    String service = where.service;
    if (service != null) {
      int slash = service.indexOf('/');
      return slash > 0 && slash < service.length() - 1
          ? Optional.of(
              new Place.Service(service.substring(0, slash), service.substring(slash + 1)))
          : Optional.empty();
    }
    return Optional.ofNullable(where.url)
        .filter(url -> "https".equals(url.getScheme()) && url.getHost() != null)
        .map(Place.Url::new);
  }
}
