package dev.sluice.app.cli;

/** The exit codes, as {@code --help} lists them. */
final class ExitCode {

  /** Done; {@code check}: admit. */
  static final int OK = 0;

  /** Could not start, or failed. */
  static final int FAILED = 1;

  /** Wrong usage. */
  static final int USAGE = 2;

  /** {@code check}: defer. */
  static final int DEFER = 10;

  /** {@code check}: could not decide. The number is {@code EX_UNAVAILABLE} of sysexits.h. */
  static final int UNAVAILABLE = 69;

  private ExitCode() {}
}
