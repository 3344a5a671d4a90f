package dev.sluice.app.tls;

import java.nio.file.Path;

/**
 * Where an {@link Identity} is, as PEM, and what to call the files in a message.
 *
 * @param certificateOption the option that names {@code certificate}
 * @param certificate ours, with the chain up to the authority
 * @param keyOption the option that names {@code key}
 * @param key its private key, unencrypted
 */
public record IdentityFiles(
    String certificateOption, Path certificate, String keyOption, Path key) {}
