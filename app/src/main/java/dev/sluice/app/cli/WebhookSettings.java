package dev.sluice.app.cli;

import dev.sluice.app.tls.IdentityFiles;
import java.util.Optional;

/**
 * The admission webhook.
 *
 * @param address where the API server calls it
 * @param files our certificate; without them Sluice issues one and keeps it in the cluster
 */
public record WebhookSettings(HostPort address, Optional<IdentityFiles> files) {}
